/* Deaths and what was foretold of them: how far a forecast was off, what is told of it from a record, and a day of the
 * virtual clock that ends when its first third foretold. */
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "case") == 0)
        child_run(catalog_find(argv[2]), strcmp(argv[3], "leak") ? VARIANT_FIX : VARIANT_LEAK);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_error_of_a_forecast_is_told),
        cmocka_unit_test(the_forecast_does_not_look_ahead),
        cmocka_unit_test(what_lives_is_not_said_to_have_died),
        cmocka_unit_test(what_is_known_of_a_case_goes_before_its_noise),
        cmocka_unit_test(what_the_limit_is_held_against_is_what_is_foretold),
        cmocka_unit_test(a_day_ends_when_its_first_third_foretold),
        TEST(a_death_is_told_from_its_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
