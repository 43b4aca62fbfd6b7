/* Growth statistics: known data have known answers, intervals cover a planted truth as often as they
 * say, and no outlier is lost. All chance is seeded. */
#include "test/support.h"

#include "probe/interval.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MOST = 4000 };

static double x[POINTS_MOST], y[POINTS_MOST];

static struct series first(size_t length)
{
    return (struct series){length, x, y};
}

/* --- Slopes --------------------------------------------------------------------------------- */

static void a_line_has_its_slope(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        x[i] = 10 * i;
        y[i] = 1e6 + 4096.0 * x[i];
    }
    struct series line = first(50);
    assert_true(growth_slope(&line, 1) == 4096);
}

/* By hand: the slopes of the six pairs are 1, 1, 4, 1, 5.5, 10; the median is (1 + 4) / 2. */
static void the_slope_is_the_median_of_all_pairs(void **state)
{
    (void)state;
    static const double px[] = {0, 1, 2, 3}, py[] = {0, 1, 2, 12};
    struct series points = {4, px, py};
    assert_true(growth_slope(&points, 1) == 2.5);
}

static void a_quarter_of_the_points_may_be_anything(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        x[i] = i;
        y[i] = 7.0 * i + (i % 4 == 1 ? (i % 8 == 1 ? 1e9 : -1e6) : 0);
    }
    struct series points = first(100);
    assert_true(fabs(growth_slope(&points, 1) - 7) < 0.5);
}

static void points_in_steps_keep_their_slope(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) {
        x[i] = i;
        y[i] = 64 * floor(10.0 * i / 64);
    }
    struct series points = first(400);
    assert_true(fabs(growth_slope(&points, 1) - 10) < 0.1);
}

static void a_long_series_is_sampled_and_repeatable(void **state)
{
    (void)state;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (int i = 0; i < POINTS_MOST; i++) {
        x[i] = i;
        y[i] = 3.0 * i + gsl_ran_gaussian(random, 100);
    }
    struct series points = first(POINTS_MOST);
    assert_true((size_t)POINTS_MOST * (POINTS_MOST - 1) / 2 > GROWTH_PAIRS);
    double slope = growth_slope(&points, 5);
    assert_true(fabs(slope - 3) < 0.01);
    assert_true(growth_slope(&points, 5) == slope);
    assert_true(growth_slope(&points, 6) != slope);
    gsl_rng_free(random);
}

static void without_two_places_there_is_no_slope(void **state)
{
    (void)state;
    static const double same[] = {5, 5, 5}, some[] = {1, 2, 3};
    struct series none = {0, same, some}, one = {1, same, some}, column = {3, same, some};
    assert_true(isnan(growth_slope(&none, 1)));
    assert_true(isnan(growth_slope(&one, 1)));
    assert_true(isnan(growth_slope(&column, 1)));
}

/* --- Intervals ------------------------------------------------------------------------------ */

static const double planted = 4200;

/* What a sampled resident set adds to the line. */
enum noise { WHITE, REMEMBERING, STEPS, WILD };

static void add_noise(gsl_rng *random, enum noise noise, size_t length)
{
    double residual = gsl_ran_gaussian(random, 2.3), level = -1e6;
    for (size_t i = 0; i < length; i++) {
        double innovation = gsl_ran_gaussian(random, 1);
        residual = 0.9 * residual + innovation;
        double truth = planted * x[i];
        if (noise == STEPS) {
            while (level < truth)
                level += gsl_ran_exponential(random, 2e5);
            y[i] = level;
        } else
            y[i] = truth + 5e4 * (noise == REMEMBERING ? residual : innovation);
        if (noise == WILD && gsl_rng_uniform(random) < 0.08)
            y[i] += gsl_ran_gaussian(random, 1e7);
    }
}

static int covered_by_blocks(enum noise noise, size_t length, int trials, double *width)
{
    int covered = 0;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    *width = 0;
    for (int trial = 0; trial < trials; trial++) {
        gsl_rng_set(random, (unsigned long)trial + 1);
        for (size_t i = 0; i < length; i++)
            x[i] = 100.0 * (double)i + 30 * gsl_rng_uniform(random);
        add_noise(random, noise, length);
        struct series run = first(length);
        struct estimate estimate = interval_of_slope(&run, 1, (uint64_t)trial);
        assert_int_equal(estimate.basis, INTERVAL_BLOCKS);
        assert_true(estimate.low <= estimate.value && estimate.value <= estimate.high);
        covered += estimate.low <= planted && planted <= estimate.high;
        *width += (estimate.high - estimate.low) / trials;
    }
    gsl_rng_free(random);
    return covered;
}

/* One run's interval covers the truth under each kind of noise, and says something: it is so narrow. */
static void expect_cover(enum noise noise, double narrower, double wider)
{
    enum { TRIALS = 50 };
    double width;
    if (support_is_instrumented())
        support_skip("chances are the same under the checkers, and take minutes");
    assert_in_range(covered_by_blocks(noise, 120, TRIALS, &width), 46, 50);
    if (width > narrower * planted || width < wider * planted)
        fail_msg("an interval of %g of the slope", width / planted);
}

static void noise_is_covered(void **state)
{
    (void)state;
    expect_cover(WHITE, 0.002, 0);
}

/* Who takes neighbours for independent looks has an interval as narrow as of white noise. */
static void noise_that_remembers_is_covered(void **state)
{
    (void)state;
    expect_cover(REMEMBERING, 0.05, 2 * 0.002);
}

static void growth_in_steps_is_covered(void **state)
{
    (void)state;
    expect_cover(STEPS, 0.006, 0);
}

static void wild_noise_is_covered(void **state)
{
    (void)state;
    expect_cover(WILD, 0.003, 0);
}

/* By hand, with Student's 2.364624 of seven degrees of freedom; of the logarithms the same, and their exp(). */
static void a_mean_has_students_interval(void **state)
{
    (void)state;
    static const double values[] = {3, 1, 4, 1, 5, 9, 2, 6};
    struct estimate mean = interval_of_mean(values, 8), ratio = interval_of_ratio_mean(values, 8);
    assert_int_equal(mean.basis, INTERVAL_REPETITIONS);
    assert_float_equal(mean.value, 3.875, 1e-12);
    assert_float_equal(mean.low, 1.577300, 1e-5);
    assert_float_equal(mean.high, 6.172700, 1e-5);
    assert_int_equal(ratio.basis, INTERVAL_REPETITIONS);
    assert_float_equal(ratio.low, 1.519914, 1e-5);
    assert_float_equal(ratio.high, 5.903028, 1e-5);
}

static void a_rate_that_is_none_has_no_ratio(void **state)
{
    (void)state;
    static const double none[] = {1, 0, 2};
    assert_true(isnan(interval_of_ratio_mean(none, 3).value));
    assert_true(isnan(interval_of_ratio_mean(none, 1).low));
    assert_true(isnan(interval_of_ratio_mean(NULL, 0).value));
}

/* Each run is exact, but no two are alike: only the repetitions show it. */
static void several_runs_speak_of_a_further_one(void **state)
{
    (void)state;
    static double sx[5][40], sy[5][40];
    static const double slopes[5] = {100, 101, 102, 103, 104};
    struct series runs[5];
    for (int k = 0; k < 5; k++) {
        for (int i = 0; i < 40; i++) {
            sx[k][i] = i;
            sy[k][i] = slopes[k] * i;
        }
        runs[k] = (struct series){40, sx[k], sy[k]};
    }
    struct estimate one = interval_of_slope(runs, 1, 1), all = interval_of_slope(runs, 5, 1);
    assert_int_equal(one.basis, INTERVAL_BLOCKS);
    assert_true(one.high - one.low < 1e-6);
    assert_int_equal(all.basis, INTERVAL_REPETITIONS);
    assert_true(fabs(all.value - 102) < 1e-9);
    assert_true(all.low < 101 && all.high > 103); /* Student: 102 -+ 2.0 */
    assert_true(all.low > 99 && all.high < 105);
}

static void too_little_has_no_interval(void **state)
{
    (void)state;
    static const double px[] = {0, 1, 2, 3, 4}, py[] = {0, 1, 2, 3, 4};
    struct series few = {5, px, py}, none = {0, px, py};
    struct estimate estimate = interval_of_slope(&few, 1, 1);
    assert_true(estimate.value == 1);
    assert_int_equal(estimate.basis, INTERVAL_NONE);
    assert_true(isnan(estimate.low) && isnan(estimate.high));
    assert_true(isnan(interval_of_slope(&none, 1, 1).value));
    assert_true(isnan(interval_of_slope(NULL, 0, 1).value));
    estimate = interval_of_mean(px + 3, 1);
    assert_true(estimate.value == 3 && isnan(estimate.low));
}

/* The same seed says the same: of noise without a memory, with one, of few points, and of two runs. */
static void an_interval_is_of_its_seed(void **state)
{
    (void)state;
    enum { LENGTH = 60 };
    static double places[LENGTH], white[LENGTH], walk[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
        places[i] = i;
        white[i] = 3.0 * i + (i * 37 % 11 - 5);
        walk[i] = 3.0 * i + (i ? 0.8 * (walk[i - 1] - 3.0 * (i - 1)) : 0) + (i * 37 % 11 - 5);
    }
    const struct series runs[] = {
        {LENGTH, places, white}, {LENGTH, places, walk}, {8, places, white}, {7, places, white}};
    static const struct {
        size_t first, count;
        uint64_t seed;
        double value, low, high;
    } cases[] = {
        {0, 1, 1, 3, 2.96434283, 3.0388087},           {0, 1, 2, 3, 2.9611913, 3.03882736},
        {1, 1, 1, 3.01698585, 2.96269853, 3.07129239}, {2, 1, 1, 10 / 3.0, 2.85080768, 4.6361526},
        {0, 2, 1, 3.00849292, 2.97921024, 3.03945154}, {3, 1, 1, 10 / 3.0, NAN, NAN}, /* too few */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct estimate is =
            interval_of_slope(&runs[cases[i].first], cases[i].count, cases[i].seed);
        bool known = !isnan(cases[i].low);
        assert_int_equal(is.basis, known ? INTERVAL_BLOCKS : INTERVAL_NONE);
        assert_float_equal(is.value, cases[i].value, 1e-7);
        assert_true(known == !isnan(is.low) && known == !isnan(is.high));
        if (known) {
            assert_float_equal(is.low, cases[i].low, 1e-7);
            assert_float_equal(is.high, cases[i].high, 1e-7);
        }
    }
}

/* --- Outliers ------------------------------------------------------------------------------- */

static void outliers_are_marked_and_kept(void **state)
{
    (void)state;
    double values[] = {10, 11, 9, 10.5, 9.5, 50, 10.2};
    double before[7];
    bool marks[7];
    memcpy(before, values, sizeof values);
    assert_int_equal(growth_mark_outliers(values, 7, marks), 1);
    for (int i = 0; i < 7; i++)
        assert_int_equal(marks[i], i == 5);
    assert_memory_equal(values, before, sizeof values);
    /* The mean is of all of them. */
    assert_true(fabs(interval_of_mean(values, 7).value - 110.2 / 7) < 1e-9);
}

static void what_is_usual_is_no_outlier(void **state)
{
    (void)state;
    static const double usual[] = {1, 2, 3, 4, 5}, alike[] = {7, 7, 7, 7},
                        odd[] = {7, 7, 7, 7, 7.001};
    static const double two[] = {1, 1000};
    bool marks[5] = {true, true, true, true, true};
    assert_int_equal(growth_mark_outliers(usual, 5, marks), 0);
    assert_false(marks[0] || marks[1] || marks[2] || marks[3] || marks[4]);
    assert_int_equal(growth_mark_outliers(alike, 4, marks), 0);
    assert_int_equal(growth_mark_outliers(odd, 5, marks), 1);
    assert_int_equal(growth_mark_outliers(two, 2, marks), 0);
    /* 3.5 times 1 / 0.67449 from the median, to either side. */
    static const double near[] = {-1, -1, 0, 1, 1, -5.18, 5.18},
                        far[] = {-1, -1, 0, 1, 1, -5.2, 5.2};
    bool seven[7];
    assert_int_equal(growth_mark_outliers(near, 7, seven), 0);
    assert_int_equal(growth_mark_outliers(far, 7, seven), 2);
    assert_true(seven[5] && seven[6]);
    assert_int_equal(growth_mark_outliers((const double[]){1, 2, 1000}, 3, marks), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_its_slope),
        cmocka_unit_test(the_slope_is_the_median_of_all_pairs),
        cmocka_unit_test(a_quarter_of_the_points_may_be_anything),
        cmocka_unit_test(points_in_steps_keep_their_slope),
        cmocka_unit_test(a_long_series_is_sampled_and_repeatable),
        cmocka_unit_test(without_two_places_there_is_no_slope),
        cmocka_unit_test(noise_is_covered),
        cmocka_unit_test(noise_that_remembers_is_covered),
        cmocka_unit_test(growth_in_steps_is_covered),
        cmocka_unit_test(wild_noise_is_covered),
        cmocka_unit_test(a_mean_has_students_interval),
        cmocka_unit_test(a_rate_that_is_none_has_no_ratio),
        cmocka_unit_test(several_runs_speak_of_a_further_one),
        cmocka_unit_test(too_little_has_no_interval),
        cmocka_unit_test(an_interval_is_of_its_seed),
        cmocka_unit_test(outliers_are_marked_and_kept),
        cmocka_unit_test(what_is_usual_is_no_outlier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
