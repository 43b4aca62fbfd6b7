/* What is read and is not what it says it is: each is refused by the line and what is wrong with it. */
#include "test/planted.h"
#include "test/words.h"

#include "record/benchmarks.h"
#include "record/campaign.h"
#include "record/detections.h"
#include "record/recorded.h"

static const char *plant(const char *begins, const char *then)
{
    char *text;
    int length = asprintf(&text, "%s%s", begins, then);
    assert_true(length >= 0);
    const char *path = planted_path("given");
    planted_write(path, text, (size_t)length);
    free(text);
    return path;
}

#define HEADER                                                                                     \
    "{\"type\": \"campaign\", \"schema\": 1, \"command\": \"b\", \"design\": {\"sides\": "         \
    "[{\"name\": \"a\"}]}}\n"

static void a_campaign(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wrong;
    } all[] = {
        {"", ": it has no header"},
        {"{\"schema\": 1}\n", "line 1: no line of a campaign"},
        {"{\"type\": \"campaign\", \"schema\": 1, \"command\": \"b\", \"design\": {\"sides\": "
         "[]}}\n",
         "line 1: it has no sides"},
        {"{\"type\": \"campaign\", \"schema\": 1, \"command\": \"b\", \"design\": {\"sides\": "
         "[{\"name\": \"\"}]}}\n",
         "line 1: a side has no name"},
        {HEADER "{\"type\": \"procession\"}\n", "line 2: a line of no known type"},
        {HEADER "{\"type\": \"context\", \"side\": 1, \"context\": {}}\n", "line 2: \"side\""},
        {HEADER "{\"type\": \"process\", \"side\": 0, \"build\": 0, \"invocation\": 0, \"noisy\": "
                "false, \"row\": \"r\", \"runs\": [7]}\n",
         "line 2: a run is no object"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct campaign campaign;
        char why[600] = "";
        assert_false(campaign_read(&campaign, plant(all[i].text, ""), why, sizeof why));
        expect_words(why, all[i].wrong);
        assert_null(campaign.header);
    }
}

static void a_file_that_is_torn(void **state)
{
    (void)state;
    struct campaign campaign;
    char why[600] = "",
         torn[200] = "\x1f\x8b\x08"; /* as gzip begins, and nothing that it could be */
    memset(torn + 10, 0xff, sizeof torn - 10);
    const char *path = planted_path("given");
    planted_write(path, torn, sizeof torn);
    assert_false(campaign_read(&campaign, path, why, sizeof why));
    expect_words(why, ": it can not be read");
    assert_null(detections_read(path, why, sizeof why));
    expect_words(why, "it can not be read on after line 0");
}

static void a_record_of_detectors(void **state)
{
    (void)state;
    char why[600] = "";
    assert_null(detections_read(plant("", ""), why, sizeof why));
    expect_words(why, "line 0: it does not begin as a record of detectors");
    assert_null(detections_read(plant("{\"type\":\"detector\"}\n", ""), why, sizeof why));
    expect_words(why, "line 1: it does not begin as a record of detectors");
}

static void a_side_that_is_not_there(void **state)
{
    (void)state;
    char why[600] = "";
    struct benchmarks *b = benchmarks_read(
        plant("{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2}, "
              "\"benchmarks\": [{\"run_name\": "
              "\"a/real_time\", \"real_time\": 1, \"time_unit\": \"ns\"}]}",
              ""),
        why, sizeof why);
    if (!b)
        fail_msg("%s", why);
    assert_null(benchmarks_side(b, 0, why, sizeof why));
    assert_string_equal(why, "it has no such side");
    benchmarks_free(b);
}

/* One figure of a good record is another: sed's words, and what is said. */
static void a_record(void **state)
{
    (void)state;
    static const struct {
        const char *edit, *wrong;
    } all[] = {
        {"s/\"kept\":[^,}]*[,}]/\"kept\":7,/", "\"kept\" is no object"},
        {"s/\"others\":[0-9.]*/\"others\":1.5/", "\"others\" is no share from 0 to 1"},
        {"$p", "something after the end"},
    };
    planted_record(planted_path("good"), planted_two, 1);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char why[600] = "";
        assert_int_equal(
            planted_shell("sed '%s' good >given; ! cmp -s good given", all[i].edit)->status, 0);
        assert_null(recorded_read(planted_path("given"), why, sizeof why));
        expect_words(why, all[i].wrong);
    }
}

/* What is nothing to save: nothing is written then. */
static void a_result(void **state)
{
    (void)state;
    static const struct {
        const char *line, *wrong;
    } all[] = {
        {"$LAB save d d", "one record of detectors at a time, not also d"},
        {"$LAB save good good", "one record at a time, not also good"},
        {"grep -v '\"type\":\"end\"' good >given; $LAB save given",
         "given: no case in it has come to its end: nothing to save"},
        {"sed 's/,\"time\":\"[^\"]*\"//' d >given; $LAB save given",
         "given: its header has no \"time\" to name the result by"},
        {"sed 's/,\"time\":\"2/,\"time\":\"in the year 2/' d >given; $LAB save given",
         "given: its header has no \"time\" to name the result by"},
    };
    static const char detected[] =
        "{\"type\":\"detections\",\"schema\":2,\"time\":\"2026-01-31T00:30:00Z\"}\n";
    planted_record(planted_path("good"), planted_two, 1);
    planted_write(planted_path("d"), detected, sizeof detected - 1);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct ran *ran = planted_shell("%s", all[i].line);
        expect_words(ran->said, all[i].wrong);
        assert_int_not_equal(ran->status, 0);
    }
    assert_string_equal(planted_shell("ls results 2>/dev/null")->said, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_campaign),
        TEST(a_file_that_is_torn),
        TEST(a_record_of_detectors),
        TEST(a_side_that_is_not_there),
        TEST(a_record),
        TEST(a_result),
    };
    return cmocka_run_group_tests_name("refused", tests, NULL, NULL);
}
