/* Deaths at a memory limit, and forecasts while a run goes on, at every place where what is said changes. */
#include "test/words.h"

#include "result/death.h"
#include "task/time.h"
#include <math.h>

/* --- From a run's own beginning ------------------------------------------------------------- */

static void time_that_has_passed_is_added(void **state)
{
    (void)state;
    struct estimate slope = {10, 8, 20, INTERVAL_BLOCKS};
    struct forecast f = forecast_from(&slope, 100, 5, 300);
    assert_int_equal(f.fate, FATE_DIES);
    assert_true(f.seconds == 25 && f.soonest == 15 && f.latest == 30);
    assert_true(f.start == 100 && isnan(f.level));
    slope.low = 0; /* it may be that nothing grows */
    f = forecast_from(&slope, 100, 5, 300);
    assert_int_equal(f.fate, FATE_NO_GROWTH);
    assert_true(f.seconds == 25 && isinf(f.latest));
    slope = (struct estimate){10, NAN, NAN, INTERVAL_NONE};
    f = forecast_from(&slope, 100, 5, 300);
    assert_int_equal(f.fate, FATE_DIES);
    assert_true(f.seconds == 25 && f.soonest == 25 && f.latest == 25);
    f = forecast_from(&slope, 300, 5, 300); /* no room */
    assert_true(f.seconds == 5);
    slope.value = NAN;
    assert_int_equal(forecast_from(&slope, 100, 5, 300).fate, FATE_UNKNOWN);
}

static void times_change_their_unit_at_two_of_the_next(void **state)
{
    (void)state;
    char text[FORECAST_TEXT];
    static const struct {
        double seconds;
        const char *text;
    } times[] = {{0, "0.00 s"},           {9.99, "9.99 s"},      {9.996, "10.0 s"},
                 {99.9, "99.9 s"},        {99.96, "100 s"},      {119.9, "120 s"},
                 {120, "2.00 min"},       {7199, "120 min"},     {7200, "2.00 h"},
                 {172799, "48.0 h"},      {172800, "2.00 days"}, {63115199, "730 days"},
                 {63115200, "2.00 years"}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        assert_string_equal(forecast_time(text, times[i].seconds), times[i].text);
    assert_string_equal(forecast_time(text, NAN), "an unknown time");
    assert_string_equal(forecast_time(text, INFINITY), "never");
}

static void a_table_has_the_forecast_in_brief(void **state)
{
    (void)state;
    char text[FORECAST_TEXT];
    struct forecast f = {.fate = FATE_DIES, .seconds = 61.6, .level = 130023424};
    assert_string_equal(forecast_brief(text, &f), "61.6 s");
    f.fate = FATE_MAY_LEVEL;
    assert_string_equal(forecast_brief(text, &f), "61.6 s, or levels off");
    f.fate = FATE_LEVELS;
    assert_string_equal(forecast_brief(text, &f), "levels off at 124.0 MiB");
    static const enum fate silent[] = {FATE_UNKNOWN, FATE_AT_START, FATE_NO_GROWTH};
    for (size_t i = 0; i < 3; i++) {
        f.fate = silent[i];
        assert_string_equal(forecast_brief(text, &f), "-");
    }
}

static void expect_said(const struct forecast *f, const char *text)
{
    char *words = forecast_words(f);
    assert_string_equal(words, text);
    free(words);
}

static void a_narrow_interval_is_told_by_its_share(void **state)
{
    (void)state;
    struct forecast f = {.fate = FATE_DIES,
                         .seconds = 100,
                         .soonest = 99.7,
                         .latest = 100.2,
                         .basis = INTERVAL_BLOCKS};
    expect_said(&f, "dies after 100 s (95 % interval of the noise within one run: within 1 %)");
    f.soonest = 99.0;
    expect_said(&f,
                "dies after 100 s (95 % interval of the noise within one run: 99.0 s to 100 s)");
    f.soonest = f.latest = f.seconds;
    expect_said(&f, "dies after 100 s");
    f.latest = 100.1;
    expect_said(&f, "dies after 100 s (95 % interval of the noise within one run: within 1 %)");
    f = (struct forecast){.fate = FATE_NO_GROWTH, .soonest = INFINITY};
    expect_said(&f, "does not die by this: no growth was seen");
    f = (struct forecast){.fate = FATE_UNKNOWN};
    expect_said(&f, "not measured");
    f = (struct forecast){.fate = FATE_LEVELS, .level = 2048};
    expect_said(&f, "does not die by this: it levels off at 2.0 KiB or below");
}

/* --- Of a life ------------------------------------------------------------------------------ */

enum { SECONDS = 90, BEGAN = 5 };

static struct sample samples[SECONDS + 3];
static struct settings settings;

/* Ten seconds of baseline, then load: a MiB a second on 10 MiB, with page tables of a tenth of it. */
static struct life lived(bool killed)
{
    settings = (struct settings){.memory_limit = (uint64_t)100 << 20};
    size_t count = 0;
    samples[count++] =
        (struct sample){.phase = PHASE_BASELINE,
                        .time = SECOND,
                        .limited = -1,
                        .memory = {.rss = 900 << 20, .page_tables = 0, .charged = -1}};
    for (int i = 0; i <= SECONDS; i++)
        samples[count++] = (struct sample){.phase = PHASE_LOAD,
                                           .time = (BEGAN + i) * SECOND,
                                           .limited = -1,
                                           .memory = {.rss = (int64_t)(10 + i) << 20,
                                                      .page_tables = (int64_t)i << 20,
                                                      .charged = -1}};
    return (struct life){.samples = samples,
                         .count = count,
                         .settings = &settings,
                         .load_began = BEGAN * SECOND,
                         .ended = (BEGAN + SECONDS) * SECOND,
                         .killed = killed};
}

/* 10 MiB and two more a second: 100 MiB are met after 45 s. It took twice as long. */
static void a_death_is_held_against_its_first_third(void **state)
{
    (void)state;
    struct life life = lived(true);
    struct death death = death_of(&life, 1);
    assert_true(death.limited && death.killed);
    assert_true(death.seconds == 90 && death.looked == 30);
    assert_int_equal(death.forecast.fate, FATE_DIES);
    assert_true(fabs(death.forecast.seconds - 45) < 1e-6);
    assert_true(fabs(death.error + 0.5) < 1e-6);
    char *words = death_words(&death);
    expect_words(words, "forecast after the first 30.0 s: dies after 45.0 s");
    expect_words(words, "; it died after 90.0 s: the forecast was 50.0 % early");
    free(words);
}

/* Only the first third is looked at: what comes after it may be anything. */
static void what_comes_later_is_not_known(void **state)
{
    (void)state;
    struct life life = lived(true);
    for (size_t i = 0; i < life.count; i++)
        if (samples[i].time > (BEGAN + SECONDS / 3) * SECOND)
            samples[i].memory.rss = 1;
    assert_true(fabs(death_of(&life, 1).forecast.seconds - 45) < 1e-6);
    samples[1 + SECONDS / 3].memory.rss = (int64_t)1 << 40; /* its last look counts */
    for (size_t i = 0; i < life.count; i++)
        if (samples[i].time < (BEGAN + SECONDS / 3 - 1) * SECOND)
            samples[i].memory.rss = -1; /* not seen */
    assert_true(death_of(&life, 1).forecast.seconds < 45);
}

static void what_the_group_is_charged_goes_first(void **state)
{
    (void)state;
    struct life life = lived(true);
    for (size_t i = 1; i < life.count; i++)
        samples[i].memory.charged = (int64_t)(i - 1) << 20;
    assert_true(fabs(death_of(&life, 1).forecast.seconds - 100) < 1e-6);
    life = lived(true);
    for (size_t i = 1; i < life.count; i++)
        samples[i].memory.page_tables = -1;
    assert_true(fabs(death_of(&life, 1).forecast.seconds - 90) < 1e-6);
}

static void who_outlives_the_load_has_no_error(void **state)
{
    (void)state;
    struct life life = lived(false);
    struct death death = death_of(&life, 1);
    assert_true(death.limited && !death.killed && isnan(death.error));
    char *words = death_words(&death);
    expect_words(words, "; it outlived the 90.0 s of load");
    expect_no_words(words, "the forecast was");
    free(words);
}

static void without_a_limit_or_load_nothing_is_said(void **state)
{
    (void)state;
    struct life life = lived(true);
    settings.memory_limit = 0;
    assert_false(death_of(&life, 1).limited);
    life = lived(true);
    life.load_began = 0;
    assert_false(death_of(&life, 1).limited);
    life = lived(true);
    life.ended = life.load_began;
    assert_false(death_of(&life, 1).limited);
    life = lived(true);
    life.count = 2; /* one look at the load */
    struct death death = death_of(&life, 1);
    assert_true(death.limited);
    assert_int_equal(death.forecast.fate, FATE_UNKNOWN);
}

static void a_summary_s_death_is_told_with_its_limit(void **state)
{
    (void)state;
    struct death_figures figures = {.limit = 256 << 20,
                                    .killed = true,
                                    .seconds = 60,
                                    .foretold = 66,
                                    .soonest = 66,
                                    .latest = 66};
    char *words = death_figures_words(&figures);
    assert_string_equal(
        words, "with 256.0 MiB: forecast after the first 20.0 s: dies after 66.0 s; it died "
               "after 60.0 s: the forecast was 10.0 % late");
    free(words);
    figures.foretold = NAN;
    words = death_figures_words(&figures);
    expect_words(words, ": not measured; it died after 60.0 s");
    free(words);
    figures.foretold = figures.soonest = INFINITY;
    words = death_figures_words(&figures);
    expect_words(words, ": does not die by this: no growth was seen; it died after 60.0 s");
    free(words);
}

static void a_life_is_that_of_its_load(void **state)
{
    (void)state;
    static struct gauges gauges;
    struct outcome outcome = {.samples = samples,
                              .sample_count = 7,
                              .killed_by_limit = true,
                              .ending = {.time = 50},
                              .began = 1000};
    struct life life = death_life_of_outcome(&outcome);
    assert_int_equal(life.load_began, 0);
    assert_int_equal(life.ended, 50);
    assert_int_equal(life.count, 7);
    assert_true(life.killed);
    outcome.gauges = &gauges;
    gauges.progress.phase_began[PHASE_LOAD] = 1010;
    life = death_life_of_outcome(&outcome);
    assert_int_equal(life.load_began, 10);
    assert_int_equal(life.ended, 50);
    gauges.progress.phase_began[PHASE_DRAIN] = 1040;
    assert_int_equal(death_life_of_outcome(&outcome).ended, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_that_has_passed_is_added),
        cmocka_unit_test(times_change_their_unit_at_two_of_the_next),
        cmocka_unit_test(a_table_has_the_forecast_in_brief),
        cmocka_unit_test(a_narrow_interval_is_told_by_its_share),
        cmocka_unit_test(a_death_is_held_against_its_first_third),
        cmocka_unit_test(what_comes_later_is_not_known),
        cmocka_unit_test(what_the_group_is_charged_goes_first),
        cmocka_unit_test(who_outlives_the_load_has_no_error),
        cmocka_unit_test(without_a_limit_or_load_nothing_is_said),
        cmocka_unit_test(a_summary_s_death_is_told_with_its_limit),
        cmocka_unit_test(a_life_is_that_of_its_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
