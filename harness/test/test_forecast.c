/* Forecasts: their arithmetic, what they do not dare to say, and a day under the virtual clock that
 * ends when the first third of it foretold. This program is its own child. */
#include "test/planted.h"
#include "test/words.h"

#include "result/forecast_pair.h"
#include "task/time.h"
#include <math.h>

static const double mebibyte = 1 << 20;

/* --- Arithmetic ----------------------------------------------------------------------------- */

/* A pair whose halves were measured once, over 1,000 requests. */
struct made {
    struct run_figures runs[VARIANTS];
    struct measured_pair pair;
};

static void make(struct made *made)
{
    *made = (struct made){.pair.settings.settle = 10 * MINUTE};
    for (enum variant v = 0; v < VARIANTS; v++) {
        bool leak = v == VARIANT_LEAK;
        made->runs[v] = (struct run_figures){.requests = 1000,
                                             .timers_gone = NAN,
                                             .tasks_left = leak ? 1000 : 0,
                                             .unreclaimable = 6 * mebibyte};
        made->pair.variants[v] = (struct measured){
            .run_count = 1,
            .runs = &made->runs[v],
            .bytes_per_request = leak ? (struct estimate){4000, 3900, 4100, INTERVAL_BLOCKS}
                                      : (struct estimate){0, -1, 1, INTERVAL_BLOCKS},
            .page_tables_per_request = {leak ? 96 : 0, NAN, NAN, INTERVAL_NONE},
        };
    }
}

static void room_over_growth_is_time(void **state)
{
    (void)state;
    struct made made;
    make(&made);
    struct forecast f = forecast_of(&made.pair, VARIANT_LEAK, 1000, 256 * mebibyte);
    assert_int_equal(f.fate, FATE_DIES);
    assert_true(fabs(f.seconds - 64) < 1e-9); /* 250 MiB over 4096 KB/s */
    assert_true(fabs(f.soonest - 250 * mebibyte / (4196.0 * 1000)) < 1e-9);
    assert_true(fabs(f.latest - 250 * mebibyte / (3996.0 * 1000)) < 1e-9);
    assert_true(fabs(f.requests - 64000) < 1e-6 && fabs(f.reach - 64) < 1e-9);
    struct forecast slow = forecast_of(&made.pair, VARIANT_LEAK, 1, 256 * mebibyte);
    assert_true(fabs(slow.seconds - 64000) < 1e-6);
    char *words = forecast_words(&f);
    assert_string_equal(
        words, "dies after 64 s (95 % interval of the noise within one run: 62.5 s to 65.6 s)");
    free(words);
}

/* The tasks that the warm-up left behind are there before load, and would not be in a service. */
static void the_warm_up_is_no_part_of_a_service(void **state)
{
    (void)state;
    struct made made;
    make(&made);
    made.pair.settings.warm_up = 1000;
    made.runs[VARIANT_LEAK].unreclaimable += 1000 * 4096;
    struct forecast f = forecast_of(&made.pair, VARIANT_LEAK, 1000, 256 * mebibyte);
    assert_true(fabs(f.start - 6 * mebibyte) < 1e-6);
    assert_true(fabs(f.seconds - 64) < 1e-9);
}

static void a_fix_is_not_said_to_die(void **state)
{
    (void)state;
    struct made made;
    make(&made);
    struct forecast f = forecast_of(&made.pair, VARIANT_FIX, 1000, 256 * mebibyte);
    assert_int_equal(f.fate, FATE_NO_GROWTH);
    char *words = forecast_words(&f);
    assert_string_equal(words, "does not die by this: no growth was seen");
    free(words);
}

/* Noise of the resident set, however sure of itself, goes on for ever on no line: 28,335 years are no forecast. */
static void a_clean_fix_never_dies_of_noise(void **state)
{
    (void)state;
    struct made made;
    make(&made);
    made.pair.variants[VARIANT_FIX].bytes_per_request =
        (struct estimate){4, 3.9, 4.1, INTERVAL_REPETITIONS};
    struct forecast f = forecast_of(&made.pair, VARIANT_FIX, 1000, 256 * mebibyte);
    assert_int_equal(f.fate, FATE_NO_GROWTH);
    assert_true(isinf(f.soonest));
    /* But bytes that it leaves in the heap do. */
    made.pair.variants[VARIANT_FIX].heap_per_request.value = 8;
    f = forecast_of(&made.pair, VARIANT_FIX, 1000, 256 * mebibyte);
    assert_int_equal(f.fate, FATE_DIES);
    made.pair.variants[VARIANT_FIX].bytes_per_request =
        (struct estimate){0, -1, 1, INTERVAL_BLOCKS};
    f = forecast_of(&made.pair, VARIANT_FIX, 1000, 256 * mebibyte);
    char *words = forecast_words(&f);
    /* 250 MiB at a byte a request at most: 262144 s. */
    assert_string_equal(
        words, "does not die by this: no growth was seen, and by the upper end (95 % interval "
               "of the noise within one run) not before 3.0 days");
    free(words);
}

/* Tasks too: what was held, and was gone after nine minutes. */
static void held_tasks_level_off(void **state)
{
    (void)state;
    struct made made;
    make(&made);
    made.runs[VARIANT_LEAK].tasks_left = 0;
    made.runs[VARIANT_LEAK].timers_gone = 540;
    struct forecast f = forecast_of(&made.pair, VARIANT_LEAK, 10, 256 * mebibyte);
    assert_int_equal(f.fate, FATE_LEVELS);
    assert_true(fabs(f.level - (6 * mebibyte + 4196.0 * 10 * 540)) < 1e-6);
}

static void too_little_memory_does_not_start(void **state)
{
    (void)state;
    struct made made;
    make(&made);
    struct forecast f = forecast_of(&made.pair, VARIANT_LEAK, 1000, 5 * mebibyte);
    assert_int_equal(f.fate, FATE_AT_START);
    char *words = forecast_words(&f);
    assert_string_equal(words, "does not start: it takes 6.0 MiB before any load");
    free(words);
}

/* Timers that all fire within ten minutes: at most ten minutes of requests are held at a time. */
static void growth_that_ends_by_itself_levels_off(void **state)
{
    (void)state;
    struct made made;
    make(&made);
    made.runs[VARIANT_LEAK].tasks_left = 0;
    made.runs[VARIANT_LEAK].timers_held = 10000;
    struct forecast f = forecast_of(&made.pair, VARIANT_LEAK, 10, 256 * mebibyte);
    assert_int_equal(f.fate, FATE_LEVELS);
    assert_true(fabs(f.level - (6 * mebibyte + 4196.0 * 10 * 600)) < 1e-6);
    made.runs[VARIANT_LEAK].timers_gone = 30; /* seen to live half a minute */
    f = forecast_of(&made.pair, VARIANT_LEAK, 10, 256 * mebibyte);
    assert_true(fabs(f.level - (6 * mebibyte + 4196.0 * 10 * 30)) < 1e-6);
    struct estimate *slope = &made.pair.variants[VARIANT_LEAK].bytes_per_request, was = *slope;
    slope->low = slope->high = NAN; /* of one run, without an interval */
    f = forecast_of(&made.pair, VARIANT_LEAK, 10, 256 * mebibyte);
    assert_int_equal(f.fate, FATE_LEVELS);
    assert_true(fabs(f.level - (6 * mebibyte + 4096.0 * 10 * 30)) < 1e-6);
    *slope = was;
    f = forecast_of(&made.pair, VARIANT_LEAK, 1000, 256 * mebibyte);
    assert_int_equal(f.fate, FATE_LEVELS);
    made.runs[VARIANT_LEAK].timers_gone = 64;
    f = forecast_of(&made.pair, VARIANT_LEAK, 1000, 256 * mebibyte);
    assert_int_equal(f.fate, FATE_MAY_LEVEL);
    char *words = forecast_words(&f);
    expect_words(words, "dies after 64 s (95 % interval of the noise within one run: 62.5 s");
    expect_words(words, "unless it has levelled off by then");
    free(words);
}

static void what_was_not_measured_is_not_foretold(void **state)
{
    (void)state;
    struct made made;
    make(&made);
    made.pair.variants[VARIANT_LEAK].run_count = 0;
    assert_int_equal(forecast_of(&made.pair, VARIANT_LEAK, 1, 1).fate, FATE_UNKNOWN);
}

static void times_read_as_people_say_them(void **state)
{
    (void)state;
    char text[FORECAST_TEXT];
    assert_string_equal(forecast_time(text, 0.25), "0.25 s");
    assert_string_equal(forecast_time(text, 61.2), "61.2 s");
    assert_string_equal(forecast_time(text, 119.6), "120 s");
    assert_string_equal(forecast_time(text, 1020), "17.0 min");
    assert_string_equal(forecast_time(text, 2.5 * 3600), "2.50 h");
    assert_string_equal(forecast_time(text, 3.25 * 86400), "3.25 days");
    assert_string_equal(forecast_time(text, 3 * 365.25 * 86400), "3.00 years");
    assert_string_equal(forecast_time(text, 10 * 365.25 * 86400), "10.0 years");
    assert_string_equal(forecast_time(text, 28335 * 365.25 * 86400), "more than 10 years");
    assert_string_equal(forecast_time(text, INFINITY), "never");
}

static void a_narrow_interval_is_a_share(void **state)
{
    (void)state;
    struct forecast f = {.fate = FATE_DIES,
                         .seconds = 100,
                         .soonest = 99.9,
                         .latest = 100.2,
                         .basis = INTERVAL_RANGE};
    char *words = forecast_words(&f);
    assert_string_equal(
        words, "dies after 100 s (range over the repetitions of one invocation: within 1 %)");
    free(words);
}

/* No more digits than the growth has that it was made of; and beyond ten years none. */
static void a_forecast_has_the_digits_of_its_figure(void **state)
{
    (void)state;
    static const struct {
        double soonest, seconds, latest;
        const char *brief;
    } all[] = {
        {61.5, 61.6, 61.7, "61.6 s"}, {60, 61.6, 63, "62 s"},
        {50, 61.6, 80, "60 s"},       {3000, 6160, 70000, "100 min"},
        {30, 61.6, INFINITY, "60 s"}, {1e9, 1e10, INFINITY, "more than 10 years"},
        {8000, 8123, 8300, "2.3 h"},  {5e7, 6e7, 9e7, "700 days"},
    };
    char text[FORECAST_TEXT];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct forecast f = {.fate = FATE_DIES,
                             .seconds = all[i].seconds,
                             .soonest = all[i].soonest,
                             .latest = all[i].latest};
        assert_string_equal(forecast_brief(text, &f), all[i].brief);
    }
    struct forecast far = {.fate = FATE_DIES,
                           .seconds = 8.9e11,
                           .soonest = 8.9e11 - 4e6,
                           .latest = 8.9e11 + 4e6,
                           .basis = INTERVAL_BLOCKS};
    char *words = forecast_words(&far);
    assert_string_equal(words, "dies after more than 10 years");
    free(words);
}

/* --- The command ---------------------------------------------------------------------------- */

static void the_command_answers_for_any_rate_and_size(void **state)
{
    (void)state;
    static const struct planted one = {.id = "channel_receive",
                                       .runs = 3,
                                       .requests = 1000,
                                       .bytes = {4200, 0},
                                       .spread = 2,
                                       .seed = 7};
    planted_record(planted_path("m.ndjson"), &one, 1);
    assert_int_equal(planted_shell("$LAB save --machine m m.ndjson")->status, 0);
    const struct ran *ran =
        planted_shell("$LAB forecast channel_receive --rate 1000/min --memory 512M");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^channel_receive with 512.0 MiB at 1000/min, by 20[0-9]+-m:$");
    /* 502 MiB over 4328 bytes 16.7 times a second. */
    expect_match(ran->said,
                 "^leak  dies after 2.0[0-9] h \\(range over the repetitions of one invocation: ");
    expect_words(ran->said, "measured were 1,000, the rest goes on their line");
    expect_match(ran->said, "^fix   does not die by this: no growth was seen");
    static const char *const wrong[] = {
        "channel_receive --rate 0 --memory 1G",
        "channel_receive --rate max --memory 1G",
        "channel_receive --rate -1 --memory 1G",
        "channel_receive --rate 1 --memory 0",
        "channel_receive --rate 1 --memory lots",
        "channel_receive --rate 1",
        "channel_receive --memory 1G",
        "chanel --rate 1 --memory 1G",
        "--rate 1 --memory 1G",
        "channel_receive --rate 1e9999 --memory 1G",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ran = planted_shell("$LAB forecast %s", wrong[i]);
        if (ran->status != 2 || strchr(ran->said, '\n') != ran->said + strlen(ran->said) - 1)
            fail_msg("forecast %s: %d %s", wrong[i], ran->status, ran->said);
    }
}

static void the_run_tells_of_wrong_limits_sweeps_and_repeats(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "--repeat 0",
        "--repeat 1001",
        "--repeat x",
        "--sweep stack",
        "--sweep colour=red",
        "--sweep stack=1",
        "--sweep rate=1,,2",
        "--sweep =",
        "--sweep requests=-1",
        "--memory-limit 0",
        "--memory-limit -1",
        "--samples 1001",
        "--samples x",
        "--sweep samples=10,-1",
        "--memory-limit 99999999999999999999",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct ran *ran = planted_shell("$LAB run channel_receive %s", wrong[i]);
        if (ran->status != 2 || strchr(ran->said, '\n') != ran->said + strlen(ran->said) - 1)
            fail_msg("run %s: %d %s", wrong[i], ran->status, ran->said);
    }
}

/* A grid of two by two, run twice: sixteen cases, a line for each set of settings and variant. */
static void a_sweep_is_tabled_with_its_settings(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell("$LAB run channel_receive --repeat 2 --sweep "
                                          "stack=16K,64K --sweep requests=50,100 --rate max "
                                          "--json s.ndjson");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "16 of 16 as the catalog says");
    expect_match(ran->said, "channel_receive +leak +16.0 KiB +50 +2 +50 +1.000");
    expect_match(ran->said, "channel_receive +fix +64.0 KiB +100 +2 +100 +0.000");
    ran = planted_shell("grep -o '\"repetition\":[01]' s.ndjson | tr -d '\\n'");
    assert_string_equal(ran->said + strlen("\"repetition\":0") * 7,
                        "\"repetition\":0"
                        "\"repetition\":1\"repetition\":1\"repetition\":1\"repetition\":1"
                        "\"repetition\":1\"repetition\":1\"repetition\":1\"repetition\":1");
    ran = planted_shell("$LAB save s.ndjson");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "several settings: a sweep is tabled by `leaklab report`, not saved");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_over_growth_is_time),
        cmocka_unit_test(the_warm_up_is_no_part_of_a_service),
        cmocka_unit_test(a_fix_is_not_said_to_die),
        cmocka_unit_test(a_clean_fix_never_dies_of_noise),
        cmocka_unit_test(held_tasks_level_off),
        cmocka_unit_test(too_little_memory_does_not_start),
        cmocka_unit_test(growth_that_ends_by_itself_levels_off),
        cmocka_unit_test(what_was_not_measured_is_not_foretold),
        cmocka_unit_test(times_read_as_people_say_them),
        cmocka_unit_test(a_narrow_interval_is_a_share),
        cmocka_unit_test(a_forecast_has_the_digits_of_its_figure),
        TEST(the_command_answers_for_any_rate_and_size),
        TEST(the_run_tells_of_wrong_limits_sweeps_and_repeats),
        TEST(a_sweep_is_tabled_with_its_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
