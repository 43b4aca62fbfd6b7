/* Forecasts: their arithmetic, what they do not dare to say, and a day under the virtual clock that
 * ends when the first third of it foretold. This program is its own child. */
#include "test/planted.h"
#include "test/words.h"

#include "load/child.h"
#include "load/lab.h"
#include "load/selection.h"
#include "result/death.h"
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

/* --- Death against its forecast ------------------------------------------------------------- */

enum { SAMPLES = 300 };

/* Ten samples a second of a case that takes `slope` bytes a second on top of 10 MiB from its second
 * second on, and dies or ends after thirty. */
static struct life life_planted(struct sample samples[SAMPLES], double slope, bool killed,
                                const struct settings *settings)
{
    for (int i = 0; i < SAMPLES; i++) {
        double seconds = i / 10.0;
        samples[i] = (struct sample){
            .limited = -1,
            .time = SECOND + (int64_t)(seconds * SECOND),
            .phase = PHASE_LOAD,
            .memory = {.rss = 1, .charged = (int64_t)(10 * mebibyte + slope * seconds)},
        };
    }
    return (struct life){.samples = samples,
                         .count = SAMPLES,
                         .settings = settings,
                         .load_began = SECOND,
                         .ended = 31 * SECOND,
                         .killed = killed};
}

static void the_error_of_a_forecast_is_told(void **state)
{
    (void)state;
    static struct sample samples[SAMPLES];
    struct settings settings = {.memory_limit = 40 << 20};
    struct life life = life_planted(samples, mebibyte, true, &settings);
    struct death death = death_of(&life, 1);
    assert_true(death.limited && death.killed);
    assert_true(fabs(death.seconds - 30) < 1e-9);
    assert_true(fabs(death.forecast.seconds - 30) < 0.01); /* 30 MiB at one a second */
    assert_true(fabs(death.error) < 0.001);
    life.ended = 26 * SECOND; /* it died at 25, where 30 was foretold */
    death = death_of(&life, 1);
    assert_true(fabs(death.error - 0.2) < 0.001);
    char *words = death_words(&death);
    expect_match(words,
                 "^forecast after the first 8.33 s: dies after 30.0 s.*; it died after 25.0 s: the "
                 "forecast was 20.0 % late$");
    free(words);
}

/* What comes after the first third is not known to the forecast. */
static void the_forecast_does_not_look_ahead(void **state)
{
    (void)state;
    static struct sample samples[SAMPLES];
    struct settings settings = {.memory_limit = 40 << 20};
    struct life life = life_planted(samples, mebibyte, true, &settings);
    for (int i = SAMPLES / 3 + 2; i < SAMPLES; i++)
        samples[i].memory.charged = 1 << 30;
    assert_true(fabs(death_of(&life, 1).forecast.seconds - 30) < 0.01);
}

static void what_lives_is_not_said_to_have_died(void **state)
{
    (void)state;
    static struct sample samples[SAMPLES];
    struct settings settings = {.memory_limit = 40 << 20};
    struct life life = life_planted(samples, 0, false, &settings);
    struct death death = death_of(&life, 1);
    assert_true(death.limited && !death.killed && isnan(death.error));
    assert_int_equal(death.forecast.fate, FATE_NO_GROWTH);
    char *words = death_words(&death);
    expect_words(words, "does not die by this: no growth was seen");
    expect_words(words, "it outlived the 30.0 s of load");
    free(words);
    settings.memory_limit = 0;
    assert_false(death_of(&life, 1).limited);
}

/* Of a case that came to its end it is known what grows: noise is none, and what is held levels off. */
static void what_is_known_of_a_case_goes_before_its_noise(void **state)
{
    (void)state;
    static struct sample samples[SAMPLES];
    struct settings settings = {.memory_limit = 40 << 20};
    struct life life = life_planted(samples, 4096, false, &settings);
    assert_int_equal(death_of(&life, 1).forecast.fate, FATE_DIES);
    life.grows_not = true;
    struct death death = death_of(&life, 1);
    assert_int_equal(death.forecast.fate, FATE_NO_GROWTH);
    assert_true(isinf(death.forecast.soonest));
    life.held_for = 540;
    death = death_of(&life, 1);
    assert_int_equal(death.forecast.fate, FATE_LEVELS);
    assert_true(fabs(death.forecast.level - (10 * mebibyte + 540 * 4096)) < 1000);
    life = life_planted(samples, mebibyte, false, &settings); /* at its level it is dead */
    life.grows_not = true;
    life.held_for = 540;
    assert_int_equal(death_of(&life, 1).forecast.fate, FATE_DIES);
}

/* Whoever keeps it, the limit is held against one figure, where the record has it. */
static void what_the_limit_is_held_against_is_what_is_foretold(void **state)
{
    (void)state;
    static struct sample samples[SAMPLES];
    struct settings settings = {.memory_limit = 40 << 20};
    struct life life = life_planted(samples, 0, true, &settings);
    for (int i = 0; i < SAMPLES; i++)
        samples[i].limited = (int64_t)((10 + i / 10.0) * mebibyte);
    assert_true(fabs(death_of(&life, 1).forecast.seconds - 30) < 0.01);
    struct memory memory = {.rss = 30 << 20, .page_tables = 1 << 20};
    assert_int_equal(outcome_limited(&memory), (31 << 20) - (int64_t)sizeof(struct gauges));
    memory.page_tables = -1;
    assert_int_equal(outcome_limited(&memory), -1);
}

/* From the record, as `leaklab report` tells it: without running anything again. */
static void a_death_is_told_from_its_record(void **state)
{
    (void)state;
    static const struct planted one = {.id = "channel_receive",
                                       .runs = 1,
                                       .requests = 10000,
                                       .bytes = {4200, 0},
                                       .memory_limit = (10 << 20) + 4200 * 10000,
                                       .seed = 7};
    planted_record(planted_path("m.ndjson"), &one, 1);
    const struct ran *ran = planted_shell("$LAB report m.ndjson");
    assert_int_equal(ran->status, 0);
    /* Ten seconds of load at an even pace, at whose end it has met its limit. */
    expect_match(ran->said,
                 "^channel_receive leak with 50.1 MiB: forecast after the first 3.33 s: dies "
                 "after 10.0 s \\(95 % interval.*; it died after 10.0 s: the forecast was 0.0 %");
    expect_match(ran->said,
                 "^channel_receive fix with 50.1 MiB: .* no growth was seen; it outlived");
    char *html = planted_read(planted_path("m.ndjson.report/pairs/channel_receive.html"), NULL);
    expect_words(html, "Under a memory limit");
    expect_words(html, "it died after 10.0 s");
    expect_no_words(html, "nan");
    free(html);
    html = planted_read(planted_path("m.ndjson.report/index.html"), NULL);
    expect_words(html, "died at its limit");
    expect_no_words(html, "nan");
    free(html);
    assert_int_equal(planted_shell("$LAB save --machine m m.ndjson && $LAB verify")->status, 0);
}

/* --- A day ---------------------------------------------------------------------------------- */

static void look_often(struct settings *settings)
{
    settings->looks_per_second = 200;
}

static double used(const struct sample *sample)
{
    return (double)sample->memory.rss;
}

/* A request a second for a day, which takes seconds here. The meter looks by the real clock; what
 * time it is in the case is told by the requests. */
static void a_day_ends_when_its_first_third_foretold(void **state)
{
    (void)state;
    enum { DAY = 24 * 3600 };
    if (support_is_instrumented())
        support_skip("under the checkers a stack costs more, and time");
    struct settings settings = settings_default();
    settings.virtual_clock = 1;
    settings.rate = 1;
    settings.requests = DAY;
    settings.warm_up = 1000;
    look_often(&settings);
    struct outcome outcome = outcome_of(catalog_find("channel_receive"), VARIANT_LEAK, &settings);
    struct lab_plan plan = {.cases = &outcome, .length = 1, .at_once = 1};
    assert_int_equal(lab_run(&plan), 0);
    assert_int_equal(outcome.ending.how, ENDED_WELL);
    /* Its memory at the end of the day is the limit: so it dies at the end of the day. */
    double limit = used(outcome_phase_end(&outcome, PHASE_DRAIN));
    double *x = calloc(outcome.sample_count, sizeof *x),
           *y = calloc(outcome.sample_count, sizeof *y);
    size_t count = 0;
    for (size_t i = 0; i < outcome.sample_count; i++)
        if (outcome.samples[i].phase == PHASE_LOAD && outcome.samples[i].sent <= DAY / 3) {
            x[count] = (double)outcome.samples[i].sent;
            y[count++] = used(&outcome.samples[i]);
        }
    if (count < 8)
        support_skip("a machine so fast or so busy that the meter hardly saw the first third");
    struct series series = {count, x, y};
    struct estimate slope = interval_of_slope(&series, 1, 1);
    double start = used(outcome_phase_end(&outcome, PHASE_BASELINE));
    struct forecast forecast = forecast_from(&slope, start, 0, limit);
    /* The limit is from an exact walk, and the samples from the kernel's running counters, which may
     * be 64 pages a processor behind: a thousandth of this growth. */
    assert_int_equal(forecast.fate, FATE_DIES);
    assert_true(forecast.soonest <= DAY * 1.001 && DAY * 0.999 <= forecast.latest);
    assert_true(fabs(forecast.seconds - DAY) < 0.01 * DAY);
    free(x);
    free(y);
    outcome_free(&outcome);
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

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "case") == 0)
        child_run(catalog_find(argv[2]), strcmp(argv[3], "leak") ? VARIANT_FIX : VARIANT_LEAK);
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
        cmocka_unit_test(the_error_of_a_forecast_is_told),
        cmocka_unit_test(the_forecast_does_not_look_ahead),
        cmocka_unit_test(what_lives_is_not_said_to_have_died),
        cmocka_unit_test(what_is_known_of_a_case_goes_before_its_noise),
        cmocka_unit_test(what_the_limit_is_held_against_is_what_is_foretold),
        cmocka_unit_test(a_day_ends_when_its_first_third_foretold),
        TEST(a_death_is_told_from_its_record),
        TEST(the_command_answers_for_any_rate_and_size),
        TEST(the_run_tells_of_wrong_limits_sweeps_and_repeats),
        TEST(a_sweep_is_tabled_with_its_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
