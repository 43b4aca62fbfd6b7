/* What is asked for: quantities at both ends of what is allowed, sweeps, the settings of who asks for
 * nothing, and the cases that come of a selection. */
#include "test/words.h"

#include "catalog.h"
#include "command/quantity.h"
#include "command/run_plan.h"
#include "command/sweep.h"
#include "command/telling.h"
#include "load/selection.h"
#include "task/time.h"
#include <math.h>

/* --- Quantities ----------------------------------------------------------------------------- */

static void counts_seeds_and_samples_have_their_ends(void **state)
{
    (void)state;
    uint64_t whole;
    double rate;
    assert_true(quantity_count("1", &whole) && whole == 1);
    assert_true(quantity_count("1000000000", &whole) && whole == COUNT_MOST);
    static const char *const no_counts[] = {"0", "1000000001", "-1", "", "1x", "x", " 1", "1 "};
    for (size_t i = 0; i < sizeof no_counts / sizeof *no_counts; i++)
        assert_false(quantity_count(no_counts[i], &whole));
    assert_true(quantity_seed("0", &whole) && whole == 0);
    assert_true(quantity_seed("9223372036854775807", &whole) && whole == INT64_MAX);
    assert_false(quantity_seed("9223372036854775808", &whole));
    assert_false(quantity_seed("99999999999999999999", &whole));
    assert_false(quantity_seed("7x", &whole));
    assert_true(quantity_samples("0", &rate) && rate == 0);
    assert_true(quantity_samples("0.5", &rate) && rate == 0.5);
    assert_true(quantity_samples("1000", &rate) && rate == 1000);
    assert_false(quantity_samples("1000.1", &rate));
    assert_false(quantity_samples("10/s", &rate));
}

static void rates_have_units_and_ends(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double rate;
    } rates[] = {{"1", 1},          {"2.5/s", 2.5},     {"30/min", 0.5},        {"36/h", 0.01},
                 {"10000000", 1e7}, {"0.000001", 1e-6}, {"600000000/min", 1e7}, {"max", 0}};
    double rate;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        assert_true(quantity_rate(rates[i].text, &rate));
        assert_true(fabs(rate - rates[i].rate) <= 1e-12 * rates[i].rate);
    }
    static const char *const wrong[] = {"0",  "10000001", "0.0000009", "1/d", "1..2",    "1.2.3",
                                        ".5", "5.",       "",          "1e3", "maximum", "1 /s"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (quantity_rate(wrong[i], &rate))
            fail_msg("%s is a rate: %g", wrong[i], rate);
    /* As many digits as there is room for, and one more. */
    assert_true(quantity_rate("1.000000000000000000000000000000", &rate) && rate == 1);
    assert_false(quantity_rate("1.0000000000000000000000000000000", &rate));
}

static void times_have_units_and_ends(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time;
    } times[] = {{"1us", 1000},          {"1.5ms", 1500000},    {"2s", 2000000000},
                 {"3min", 180000000000}, {"1h", 3600000000000}, {"1000h", 3600000000000000}};
    int64_t time;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        assert_true(quantity_time(times[i].text, &time) && time == times[i].time);
    static const char *const wrong[] = {"0.9us", "1000.1h", "1", "1 s", "1m", "-1s", "s", "0s"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (quantity_time(wrong[i], &time))
            fail_msg("%s is a time: %lld", wrong[i], (long long)time);
}

static void sizes_have_units_and_ends(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } sizes[] = {{"1", 1},          {"2K", 2048},    {"2KiB", 2048},   {"3M", 3 << 20},
                 {"3MiB", 3 << 20}, {"1G", 1 << 30}, {"1GiB", 1 << 30}};
    uint64_t bytes;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_true(quantity_size(sizes[i].text, &bytes) && bytes == sizes[i].bytes);
    assert_true(quantity_size("9223372036854775807", &bytes) && bytes == INT64_MAX);
    static const char *const wrong[] = {
        "0", "9223372036854775808", "8589934592G", "18446744073709551615G", "1T", "1KB", "1.5K",
        "K"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (quantity_size(wrong[i], &bytes))
            fail_msg("%s is a size", wrong[i]);
}

/* --- Sweeps --------------------------------------------------------------------------------- */

static struct sweep sweep_of_one(void)
{
    struct sweep sweep = {malloc(sizeof *sweep.points), 1};
    sweep.points[0] = settings_default();
    return sweep;
}

static void a_sweep_is_every_combination(void **state)
{
    (void)state;
    char why[300] = "";
    struct sweep sweep = sweep_of_one();
    assert_true(sweep_add(&sweep, "rate=10,max", why, sizeof why));
    assert_true(sweep_add(&sweep, "stack=16K,64K,1M", why, sizeof why));
    assert_true(sweep_add(&sweep, "requests=7", why, sizeof why));
    assert_true(sweep_add(&sweep, "samples=0", why, sizeof why));
    assert_int_equal(sweep.count, 6);
    static const double rates[] = {10, 0};
    static const uint64_t stacks[] = {16384, 65536, 1 << 20};
    for (size_t i = 0; i < 6; i++) {
        assert_true(sweep.points[i].rate == rates[i % 2]);
        assert_int_equal(sweep.points[i].stack_bytes, stacks[i / 2]);
        assert_int_equal(sweep.points[i].requests, 7);
        assert_true(sweep.points[i].looks_per_second == 0);
        assert_int_equal(sweep.points[i].patience, settings_default().patience);
    }
    free(sweep.points);
}

static void refuse(const char *option, const char *words)
{
    char why[300] = "";
    struct sweep sweep = sweep_of_one();
    if (sweep_add(&sweep, option, why, sizeof why))
        fail_msg("%s was taken", option);
    expect_words(why, words);
    assert_int_equal(sweep.count, 1); /* as it was */
    free(sweep.points);
}

static void a_sweep_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char must[] = "must be NAME=VALUE,VALUE... with stack, rate, requests or samples";
    refuse("rate", must);
    refuse("rat=1", must);
    refuse("rates=1", must);
    refuse("=1", must);
    refuse("seed=1", must);
    refuse("rate=", "'': must be like 1000");
    refuse("rate=1,", "'': must be like 1000");
    refuse("rate=1,x", "'x': must be like 1000");
    refuse("stack=15K", "'15K': must be like 16K, 64K or 1M, from 16K to 1G");
    refuse("requests=0", "'0': " QUANTITY_COUNT);
    refuse("samples=1001", "'1001': " QUANTITY_SAMPLES);
    /* Of a long value the beginning is told, and what is too long is no sweep. */
    for (int length = 1023; length <= 1024; length++) {
        char option[1025], words[128];
        snprintf(option, sizeof option, "rate=%0*d", length - 5, 0);
        snprintf(words, sizeof words, "'%064d': must be like 1000", 0);
        refuse(option, length < 1024 ? words : must);
    }
}

static void a_sweep_has_so_many_points_and_no_more(void **state)
{
    (void)state;
    enum { A_FEW = 10 };
    char why[300] = "";
    struct sweep sweep = sweep_of_one();
    while (sweep.count * A_FEW <= SWEEP_POINTS)
        assert_true(sweep_add(&sweep, "rate=1,2,3,4,5,6,7,8,9,10", why, sizeof why));
    assert_int_equal(sweep.count, SWEEP_POINTS);
    assert_false(sweep_add(&sweep, "requests=1,2", why, sizeof why));
    char words[64];
    snprintf(words, sizeof words, "more than %d sets of settings", SWEEP_POINTS);
    assert_string_equal(why, words);
    free(sweep.points);
}

/* --- Cases ---------------------------------------------------------------------------------- */

static void who_asks_for_nothing_gets_this(void **state)
{
    (void)state;
    struct settings settings = settings_default();
    assert_true(settings.rate == 1000);
    assert_int_equal(settings.arrivals, ARRIVALS_CONSTANT);
    assert_int_equal(settings.requests, 0);
    assert_int_equal(settings.duration, 0);
    assert_int_equal(settings.warm_up, 0);
    assert_int_equal(settings.baseline, 300 * MILLISECOND);
    assert_int_equal(settings.patience, 50 * MILLISECOND);
    assert_int_equal(settings.settle, 0); /* no bound */
    assert_int_equal(settings.seed, 1);
    assert_int_equal(settings.stack_bytes, 64 * 1024);
    assert_int_equal(settings.memory_limit, 0);
    assert_int_equal(settings.virtual_clock, 0);
    assert_true(settings.looks_per_second == 0);
}

static void the_catalog_is_what_is_run_of_nothing_named(void **state)
{
    (void)state;
    struct selection selection = {.variants = {true, true}, .settings = settings_default()};
    size_t length;
    struct outcome *cases = selection_cases(&selection, &length);
    assert_int_equal(length, 2 * catalog_length);
    for (size_t i = 0; i < length; i++) {
        assert_ptr_equal(cases[i].pair, &catalog[i / 2]);
        assert_int_equal(cases[i].variant, i % 2 ? VARIANT_FIX : VARIANT_LEAK);
        assert_int_equal(cases[i].repetition, 0);
        assert_null(cases[i].twin);
    }
    free(cases);
    selection.variants[VARIANT_LEAK] = false;
    cases = selection_cases(&selection, &length);
    assert_int_equal(length, catalog_length);
    assert_int_equal(cases[0].variant, VARIANT_FIX);
    free(cases);
}

/* Pairs, in each its points, in each its variants, in each its programs; and all of it again. */
static void cases_come_in_their_order(void **state)
{
    (void)state;
    const struct pair *pairs[] = {&catalog[1], &catalog[0]};
    struct settings points[] = {settings_default(), settings_default()};
    char ids[128];
    snprintf(ids, sizeof ids, "%s\n%s_too\n", catalog[0].id, catalog[1].id);
    const struct twin twin = {"go", "/nowhere", "go1", ids};
    points[1].rate = 7;
    struct selection selection = {.pairs = pairs,
                                  .pair_count = 2,
                                  .variants = {true, true},
                                  .points = points,
                                  .point_count = 2,
                                  .repeat = 2,
                                  .twin = &twin};
    size_t length;
    struct outcome *cases = selection_cases(&selection, &length);
    /* Of the first pair there is no twin. */
    assert_int_equal(length, 2 * (2 * 2 * 1 + 2 * 2 * 2));
    for (size_t i = 0; i < length; i++) {
        size_t in = i % 12;
        bool first = in < 4;
        in = first ? in : in - 4;
        size_t programs = first ? 1 : 2;
        assert_int_equal(cases[i].repetition, i / 12);
        assert_ptr_equal(cases[i].pair, first ? pairs[0] : pairs[1]);
        assert_true(cases[i].settings.rate == points[in / (2 * programs)].rate);
        assert_int_equal(cases[i].variant, in / programs % 2);
        assert_ptr_equal(cases[i].twin, !first && in % 2 ? &twin : NULL);
    }
    free(cases);
}

/* What is made to end, and who hibernates, stands beside each leak and each control. */
static void each_leak_has_its_series(void **state)
{
    (void)state;
    static const char *const names[] = {
        "leak",    "recovered leak",    "hibernated leak",
        "fix",                                 /* of tasks */
        "leak",    "hibernated leak",   "fix", /* of plain C nothing is made to end */
        "control", "recovered control", "hibernated control", /* with any variant */
    };
    const struct pair *pairs[] = {catalog_find("channel_receive"),
                                  catalog_find("stop_is_not_close"), &controls[0]};
    struct selection selection = {.pairs = pairs,
                                  .pair_count = 3,
                                  .variants = {true, true},
                                  .settings = settings_default(),
                                  .recover = SECOND,
                                  .hibernate = 2 * SECOND};
    size_t length;
    struct outcome *cases = selection_cases(&selection, &length);
    assert_int_equal(length, sizeof names / sizeof *names);
    for (size_t i = 0; i < length; i++) {
        char name[OUTCOME_VARIANT];
        assert_string_equal(outcome_variant(&cases[i], name), names[i]);
        assert_ptr_equal(cases[i].pair, pairs[i < 4 ? 0 : i < 7 ? 1 : 2]);
        assert_int_equal(cases[i].settings.recover, strstr(name, "recovered") ? SECOND : 0);
        assert_int_equal(cases[i].settings.hibernate, strstr(name, "hibernated") ? 2 * SECOND : 0);
    }
    free(cases);
    selection = (struct selection){.controls = true, .settings = settings_default()};
    cases = selection_cases(&selection, &length);
    assert_int_equal(length, controls_length);
    assert_ptr_equal(cases[length - 1].pair, &controls[controls_length - 1]);
    free(cases);
}

static void a_proof_has_its_load(void **state)
{
    (void)state;
    static const struct {
        uint64_t requests;
        double rate;
        uint64_t sent, warm_up;
        double at;
    } cases[] = {
        {0, 1000, 100, 100, 1000},
        {30, 1000, 30, 40, 1000},
        {40, 1000, 40, 40, 1000},
        {41, 1000, 41, 41, 1000},
        {10000, 1000, 10000, 10000, 1000},
        {10010, 1000, 10010, 10010, 1001},
        {0, 5, 100, 100, 10},
        {0, 10, 100, 100, 10},
        {0, 0, 100, 100, 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings settings = settings_default();
        settings.requests = cases[i].requests;
        settings.rate = cases[i].rate;
        settings = settings_to_check(settings);
        if (settings.requests != cases[i].sent || settings.warm_up != cases[i].warm_up ||
            settings.rate != cases[i].at || settings.virtual_clock != 1 || settings.baseline)
            fail_msg("%zu: %lu after %lu at %g", i, (unsigned long)settings.requests,
                     (unsigned long)settings.warm_up, settings.rate);
    }
}

/* --- How long it takes ------------------------------------------------------------------------ */

static struct run_plan planned(struct selection *selection)
{
    struct sweep one = {&selection->settings, 1};
    struct run_plan plan;
    assert_true(run_plan_make(&plan, selection, &one));
    return plan;
}

/* Many pairs, with less load each; who repeats wants to know it well. */
static void many_cases_get_less_load(void **state)
{
    (void)state;
    const struct pair *pairs[11];
    struct selection selection = {
        .pairs = pairs, .pair_count = 10, .variants = {true, true}, .settings = settings_default()};
    for (size_t i = 0; i < 11; i++)
        pairs[i] = &catalog[0];
    struct run_plan plan = planned(&selection);
    assert_int_equal(plan.cases[19].settings.duration, 2 * SECOND);
    int64_t few = run_plan_time(&plan);
    assert_true(few > 20 * 2 * SECOND && few < 20 * 3 * SECOND);
    run_plan_free(&plan);
    selection.pair_count = 11;
    plan = planned(&selection);
    assert_int_equal(plan.cases[0].settings.duration, SECOND);
    assert_int_equal(run_plan_time(&plan), few / 20 * 22 - 22 * SECOND);
    run_plan_free(&plan);
    selection.repeat = 2;
    plan = planned(&selection);
    assert_int_equal(plan.cases[0].settings.duration, 2 * SECOND);
    run_plan_free(&plan);
}

static void how_long_it_takes_is_told_where_it_is_known(void **state)
{
    (void)state;
    struct selection selection = {.variants = {true, false}, .settings = settings_default()};
    selection.settings.requests = 500;
    struct run_plan plan = planned(&selection);
    int64_t by_count = run_plan_time(&plan) / (int64_t)plan.length;
    assert_true(by_count > SECOND / 2 && by_count < 2 * SECOND);
    run_plan_free(&plan);
    selection.settings.rate = 0; /* as fast as it goes */
    plan = planned(&selection);
    assert_int_equal(run_plan_time(&plan), 0);
    run_plan_free(&plan);

    struct telling telling = {.terminal.out = tmpfile(), .length = 7};
    telling_time(&telling, 30 * SECOND - 1); /* not worth a line */
    telling_time(&telling, 90 * SECOND);
    rewind(telling.terminal.out);
    char said[128] = "";
    assert_true(fread(said, 1, sizeof said - 1, telling.terminal.out) > 0);
    assert_string_equal(said, "7 cases, which take about 1.5 min\n\n");
    fclose(telling.terminal.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_for_nothing_gets_this), /* before any stack has another size */
        cmocka_unit_test(counts_seeds_and_samples_have_their_ends),
        cmocka_unit_test(rates_have_units_and_ends),
        cmocka_unit_test(times_have_units_and_ends),
        cmocka_unit_test(sizes_have_units_and_ends),
        cmocka_unit_test(a_sweep_is_every_combination),
        cmocka_unit_test(a_sweep_that_is_none_is_refused),
        cmocka_unit_test(a_sweep_has_so_many_points_and_no_more),
        cmocka_unit_test(the_catalog_is_what_is_run_of_nothing_named),
        cmocka_unit_test(cases_come_in_their_order),
        cmocka_unit_test(each_leak_has_its_series),
        cmocka_unit_test(a_proof_has_its_load),
        cmocka_unit_test(many_cases_get_less_load),
        cmocka_unit_test(how_long_it_takes_is_told_where_it_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
