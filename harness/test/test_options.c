/* What options come to: the settings in the records of runs, for each option and for who gives none. */
#include "test/planted.h"
#include "test/words.h"

#include <jansson.h>

/* The settings of the last case in the record, borrowed until the next call. */
static json_t *settings_in(const char *record)
{
    static json_t *line;
    char *text = planted_read(planted_path("%s", record), NULL), *rest = NULL;
    json_decref(line);
    line = NULL;
    for (char *at = strtok_r(text, "\n", &rest); at; at = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(at, "{\"type\":\"start\"", 15) != 0)
            continue;
        json_decref(line);
        line = json_loads(at, 0, NULL);
    }
    free(text);
    assert_non_null(line);
    return json_object_get(line, "settings");
}

static void expect_settings(const char *words, const char *expected)
{
    const struct ran *ran = planted_shell(
        "rm -f record; $LAB run channel_receive --variant fix --json record %s", words);
    if (ran->status != 0)
        fail_msg("%s: %s", words, ran->said);
    json_t *settings = settings_in("record");
    json_object_del(settings, "first_arrival_ns"); /* by chance */
    char *is = json_dumps(settings, JSON_COMPACT), *should = strdup(expected);
    for (char *at = should; (at = strchr(at, '\''));)
        *at = '"';
    assert_string_equal(is, should);
    free(is);
    free(should);
}

#define SETTINGS(arrivals, rate, requests, duration, warm_up, patience, settle, seed, stack,       \
                 samples)                                                                          \
    "{'arrivals':'" arrivals "','rate_per_second':" rate ",'requests':" requests                   \
    ",'duration_ns':" duration ",'warm_up_requests':" warm_up                                      \
    ",'baseline_ns':300000000,'patience_ns':" patience ",'settle_ns':" settle ",'seed':" seed      \
    ",'stack_bytes':" stack ",'virtual_clock':false,'samples_per_second':" samples                 \
    ",'memory_limit_bytes':null}"

static void each_option_is_its_setting(void **state)
{
    (void)state;
    expect_settings("--requests 7 --rate 500 --duration 1s --arrivals poisson --seed 9 --stack "
                    "128K --patience 70ms "
                    "--settle 1min --samples 5",
                    SETTINGS("poisson", "500.0", "7", "1000000000", "70", "70000000", "60000000000",
                             "9", "131072", "5.0"));
    expect_settings(
        "--requests 3 --arrivals constant --samples 0",
        SETTINGS("constant", "1000.0", "3", "0", "100", "50000000", "0", "1", "65536", "0.0"));
}

/* Twice as many requests as are under way at a time, but not below forty nor above a thousand. */
static void the_warm_up_goes_by_what_is_under_way(void **state)
{
    (void)state;
    expect_settings("--requests 1 --rate 10", SETTINGS("constant", "10.0", "1", "0", "40",
                                                       "50000000", "0", "1", "65536", "10.0"));
    expect_settings("--requests 1 --rate 100000", SETTINGS("constant", "100000.0", "1", "0", "1000",
                                                           "50000000", "0", "1", "65536", "10.0"));
    expect_settings("--requests 1 --rate max", SETTINGS("constant", "0.0", "1", "0", "100",
                                                        "50000000", "0", "1", "65536", "10.0"));
}

static void load_without_an_end_is_given_one(void **state)
{
    (void)state;
    expect_settings("--rate max", SETTINGS("constant", "0.0", "100000", "0", "100", "50000000", "0",
                                           "1", "65536", "10.0"));
    expect_settings("--rate 20", SETTINGS("constant", "20.0", "0", "2000000000", "40", "50000000",
                                          "0", "1", "65536", "10.0"));
    /* Under a limit two minutes: seen as the case begins. */
    const struct ran *ran = planted_shell(
        "rm -f record; $LAB run channel_receive --variant fix --memory-limit 1G --json record "
        ">said 2>&1 & "
        "until grep -qs '\"type\":\"start\"' record; do sleep 0.02; done; kill -INT $!; wait $!");
    assert_int_equal(ran->status, 130);
    const json_t *settings = settings_in("record");
    assert_int_equal(json_integer_value(json_object_get(settings, "duration_ns")),
                     INT64_C(120000000000));
    assert_int_equal(json_integer_value(json_object_get(settings, "memory_limit_bytes")), 1 << 30);
    assert_int_equal(json_integer_value(json_object_get(settings, "requests")), 0);
}

static void repetitions_and_sweeps_are_counted(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("$LAB run full_buffer --variant fix --requests 2 --rate max --repeat 2 "
                      "--sweep requests=2,3 --json record && grep -c '\"type\":\"start\"' record "
                      "&& grep -c '\"type\":\"source\"' record");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "[1/4] full_buffer      fix   clean\n");
    expect_words(ran->said, "[4/4] full_buffer      fix   clean\n");
    expect_match(ran->said, "^pattern +variant +asked +runs +requests "); /* a grid */
    expect_match(ran->said, "^full_buffer +fix +2 +2 +2 +0.000 ");
    expect_match(ran->said, "^full_buffer +fix +3 +2 +3 +0.000 ");
    /* Four cases of one text, which is there once. */
    expect_words(ran->said, "\n4 of 4 as the catalog says\n4\n1\n");
    static const struct {
        const char *words, *said;
    } wrong[] = {
        {"--repeat 1001", "--repeat '1001': must be a whole number from 1 to 1000"},
        {"--repeat 0", "--repeat '0': must be a whole number from 1 to 1000"},
        {"--arrivals often", "--arrivals 'often': must be constant or poisson"},
        {"--variant any", "--variant 'any': must be leak, fix or both"},
        {"--stack 1K", "--stack '1K': "},
        {"--memory-limit x", "--memory-limit 'x': must be like"},
        {"--sweep rate=1 --sweep rate=1 --sweep rate=1 --sweep rate=1 --sweep rate=1 --sweep "
         "rate=1 --sweep rate=1 "
         "--sweep rate=1 --sweep rate=1",
         "--sweep: at most 8 of them"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ran = planted_shell("$LAB run full_buffer %s", wrong[i].words);
        if (ran->status != 2 || !strstr(ran->said, wrong[i].said))
            fail_msg("%s: %d: %s", wrong[i].words, ran->status, ran->said);
    }
}

static void a_pair_named_twice_is_run_once(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell(
        "$LAB run wait_group full_buffer wait_group --requests 2 --rate max --variant both");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "/4] wait_group       leak  LEAK 2.000 task/request");
    expect_words(ran->said, "/4] full_buffer      leak  LEAK 1.000 task/request");
    expect_words(ran->said, "\n4 of 4 as the catalog says\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_option_is_its_setting),       TEST(the_warm_up_goes_by_what_is_under_way),
        TEST(load_without_an_end_is_given_one), TEST(repetitions_and_sweeps_are_counted),
        TEST(a_pair_named_twice_is_run_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
