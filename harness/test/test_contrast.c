/* Two sides compared: what Student's t, equivalence and Holm say of numbers that are known, and how often
 * the method is wrong on numbers that are drawn from a known law. No case measures anything. */
#include "test/support.h"

#include "probe/growth.h"
#include "result/contrast.h"
#include <gsl/gsl_randist.h>
#include <math.h>

enum { MOST = 200 };

static struct side side_of(struct draw *draws, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        draws[i] = (struct draw){.value = values[i], .invocation = (int64_t)i};
    return (struct side){draws, count};
}

#define SIDE(draws, ...)                                                                           \
    side_of(draws, (const double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))

/* --- Known numbers ------------------------------------------------------------------------------ */

static void welch_is_as_tabled(void **state)
{
    (void)state;
    struct draw a[MOST], b[MOST];
    /* By Welch's formulas t = 3.6 / 1.6207 = 2.2213, of 6.9931 degrees of freedom. Plain differences, as not all are
     * above 0. */
    struct contrast c = contrast_of(SIDE(a, -1, -2, 0, 3), SIDE(b, 1, 3, 2, 4, 8), 0);
    assert_false(c.logs);
    assert_true(fabs(c.value - 3.6) < 1e-9);
    double error = sqrt(14.0 / 3 / 4 + 7.3 / 5);
    assert_true(fabs(c.error - error) < 1e-9);
    assert_true(fabs(c.freedom - 6.9931) < 1e-4);
    assert_true(c.low < 0 && c.high > 7);
    assert_int_equal(c.level, LEVEL_INVOCATIONS);
    assert_int_equal(c.before, 4);
    assert_int_equal(c.after, 5);
    assert_int_equal(c.change, CHANGE_UNKNOWN);
}

static void words_follow_from_both_tests(void **state)
{
    (void)state;
    struct draw a[MOST], b[MOST];
    assert_int_equal(contrast_of(SIDE(a, 100, 101, 99, 100), SIDE(b, 80, 81, 79, 80), 0).change,
                     CHANGE_BETTER);
    assert_int_equal(contrast_of(SIDE(a, 80, 81, 79, 80), SIDE(b, 100, 101, 99, 100), 0).change,
                     CHANGE_WORSE);
    /* Sure to be another, and sure to be within the margin: the same. */
    struct contrast c =
        contrast_of(SIDE(a, 100, 100.1, 99.9, 100), SIDE(b, 101, 101.1, 100.9, 101), 0);
    assert_true(c.differs < 0.001);
    assert_int_equal(c.change, CHANGE_SAME);
    c = contrast_of(SIDE(a, 90, 110, 100, 95), SIDE(b, 94, 112, 101, 99), 0);
    assert_int_equal(c.change, CHANGE_UNKNOWN);
}

static void equal_figures_are_the_same(void **state)
{
    (void)state;
    struct draw a[MOST], b[MOST];
    struct contrast c = contrast_of(SIDE(a, 0, 0, 0), SIDE(b, 0, 0, 0), 1);
    assert_int_equal(c.change, CHANGE_SAME);
    c = contrast_of(SIDE(a, 4194.238, 4194.238), SIDE(b, 4194.635, 4194.635), 1);
    assert_int_equal(c.change, CHANGE_SAME);
    c = contrast_of(SIDE(a, 0, 0, 0), SIDE(b, 45, 45, 45), 1);
    assert_false(c.logs);
    assert_int_equal(c.change, CHANGE_WORSE);
}

static void one_process_is_refused(void **state)
{
    (void)state;
    struct draw a[MOST], b[MOST];
    struct side was = SIDE(a, 100, 101, 102), is = SIDE(b, 200, 201, 202);
    for (size_t i = 0; i < is.count; i++)
        is.draws[i].invocation = 7;
    struct contrast c = contrast_of(was, is, 0);
    assert_int_equal(c.change, CHANGE_ONE_PROCESS);
    assert_true(isnan(c.differs) && isnan(c.low));
    assert_true(fabs(expm1(c.value) - 0.99) < 0.01); /* the difference is told all the same */
    assert_int_equal(contrast_of(was, (struct side){b, 0}, 0).change, CHANGE_ABSENT);
}

static void noise_gives_no_verdict(void **state)
{
    (void)state;
    struct draw a[MOST], b[MOST];
    struct side was = SIDE(a, 100, 101, 99, 100), is = SIDE(b, 50, 51, 200, 49);
    is.draws[2].noisy = true; /* one is left out */
    assert_int_equal(contrast_of(was, is, 0).change, CHANGE_BETTER);
    is = SIDE(b, 50, 51, 200, 49);
    for (size_t i = 0; i < 3; i++)
        is.draws[i].noisy = true;
    assert_int_equal(contrast_of(was, is, 0).change, CHANGE_NOISY);
}

static void holm_steps_down(void **state)
{
    (void)state;
    static const double p[] = {0.01, 0.04, NAN, 0.03, 0.005};
    static const double expected[] = {0.03, 0.06, NAN, 0.06, 0.02};
    double adjusted[5];
    assert_true(contrast_holm(p, 5, adjusted));
    for (size_t i = 0; i < 5; i++)
        assert_true(isnan(p[i]) ? isnan(adjusted[i]) : fabs(adjusted[i] - expected[i]) < 1e-12);
}

/* --- Levels ------------------------------------------------------------------------------------- */

/* builds x invocations x repetitions, by normal effects of these sizes. */
struct law {
    int builds, invocations, repetitions;
    double build, invocation, repetition;
};

static struct side drawn(struct draw *draws, const struct law *law, double log_mean,
                         gsl_rng *random)
{
    size_t count = 0;
    for (int b = 0; b < law->builds; b++) {
        double build = gsl_ran_gaussian(random, law->build);
        for (int i = 0; i < law->invocations; i++) {
            double invocation = build + gsl_ran_gaussian(random, law->invocation);
            for (int r = 0; r < law->repetitions; r++)
                draws[count++] = (struct draw){
                    .value = exp(log_mean + invocation + gsl_ran_gaussian(random, law->repetition)),
                    .build = b,
                    .invocation = b * law->invocations + i};
        }
    }
    return (struct side){draws, count};
}

static void variances_are_found_level_by_level(void **state)
{
    (void)state;
    static const struct law law = {400, 10, 5, 0.04, 0.03, 0.01};
    static struct draw draws[400 * 10 * 5];
    gsl_rng *random = growth_random(1);
    struct side side = drawn(draws, &law, 3, random);
    struct variances v = variances_of(side.draws, side.count);
    assert_true(fabs(sqrt(v.repetition) - 0.01) < 0.0005);
    assert_true(fabs(sqrt(v.invocation) - 0.03) < 0.001);
    assert_true(fabs(sqrt(v.build) - 0.04) < 0.004);
    /* What is within an invocation is no part of what is between them. */
    static const struct law wide = {400, 10, 2, 0.04, 0.03, 0.06};
    side = drawn(draws, &wide, 3, random);
    v = variances_of(side.draws, side.count);
    assert_true(fabs(sqrt(v.invocation) - 0.03) < 0.004);
    gsl_rng_free(random);
}

static void repetitions_go_where_variance_is(void **state)
{
    (void)state;
    /* sqrt(cost above / cost x variance / variance above) */
    assert_int_equal(levels_optimum(4, 1, 1, 4, 100), 4);
    assert_int_equal(levels_optimum(0.0001, 1, 1, 1, 100), 1);
    assert_int_equal(levels_optimum(1, 0, 1, 1, 7), 7);
    assert_int_equal(levels_optimum(1e9, 1, 1, 1, 7), 7);
    assert_int_equal(levels_optimum(NAN, 1, 1, 1, 7), 1);
}

static void enough_builds_are_what_is_judged(void **state)
{
    (void)state;
    static const struct law few = {3, 4, 2, 0.1, 0.01, 0.01}, enough = {4, 4, 2, 0.1, 0.01, 0.01};
    struct draw a[MOST], b[MOST];
    gsl_rng *random = growth_random(1);
    struct contrast c = contrast_of(drawn(a, &few, 0, random), drawn(b, &few, 0, random), 0);
    assert_int_equal(c.level, LEVEL_INVOCATIONS);
    assert_true(c.before == 12 && c.freedom < 19);
    c = contrast_of(drawn(a, &enough, 0, random), drawn(b, &enough, 0, random), 0);
    assert_int_equal(c.level, LEVEL_BUILDS);
    assert_true(c.before == 4 && c.freedom < 7);
    c = contrast_of(drawn(a, &enough, 0, random), drawn(b, &few, 0, random), 0);
    assert_int_equal(c.level, LEVEL_INVOCATIONS); /* of both */
    gsl_rng_free(random);
}

/* --- How often it is wrong ---------------------------------------------------------------------- */

enum { TRIALS = 2000 };

/* How often of 2,000 pairs of sides the word is said; slower: how much more the second one takes. */
static int said(const struct law *law, double slower, enum change change, bool paired)
{
    static struct draw a[MOST], b[MOST];
    gsl_rng *random = growth_random(7);
    int count = 0;
    for (int i = 0; i < TRIALS; i++) {
        struct side was = drawn(a, law, 0, random), is = drawn(b, law, log1p(slower), random);
        struct contrast c = paired ? contrast_paired(was, is, 0) : contrast_of(was, is, 0);
        count += c.change == change;
    }
    gsl_rng_free(random);
    return count;
}

static const struct law ten = {1, 10, 5, 0, 0.028, 0.005}, builds = {5, 10, 2, 0.01, 0.02, 0.005};

static void one_in_twenty_is_wrong_at_most(void **state)
{
    (void)state;
    static const struct law two = {1, 2, 9, 0, 0.03, 0.001};
    const struct law *laws[] = {&ten, &builds, &two};
    for (size_t i = 0; i < 3; i++)
        for (int paired = 0; paired < 2; paired++) {
            int wrong =
                said(laws[i], 0, CHANGE_WORSE, paired) + said(laws[i], 0, CHANGE_BETTER, paired);
            assert_in_range(wrong, 0, TRIALS * 6 / 100);
        }
}

static void a_slowdown_of_five_in_a_hundred_is_found(void **state)
{
    (void)state;
    assert_true(said(&ten, 0.05, CHANGE_WORSE, false) > TRIALS * 9 / 10);
    assert_true(said(&builds, 0.05, CHANGE_WORSE, false) > TRIALS * 9 / 10);
    assert_int_equal(said(&ten, 0.05, CHANGE_BETTER, false), 0);
    /* And at the edge of the margin "the same" is said of one in twenty. */
    assert_in_range(said(&ten, 0.03, CHANGE_SAME, false), 0, TRIALS * 6 / 100);
    static const struct law sure = {1, 20, 2, 0, 0.01, 0.005};
    assert_true(said(&sure, 0, CHANGE_SAME, false) > TRIALS * 9 / 10);
}

static void the_next_mean_is_foretold(void **state)
{
    (void)state;
    static struct draw a[MOST], b[MOST];
    const struct law *laws[] = {&ten, &builds};
    gsl_rng *random = growth_random(3);
    for (size_t k = 0; k < 2; k++) {
        int within = 0;
        for (int i = 0; i < TRIALS; i++) {
            struct side was = drawn(a, laws[k], 0, random), is = drawn(b, laws[k], 0, random);
            struct group one = group_of(was.draws, was.count, true, LEVEL_BUILDS);
            struct group other = group_of(is.draws, is.count, true, LEVEL_BUILDS);
            within += fabs(other.mean - one.mean) <= group_foretells(&one, group_units(&other));
        }
        assert_in_range(within, TRIALS * 93 / 100, TRIALS * 97 / 100);
    }
    gsl_rng_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(welch_is_as_tabled),
        cmocka_unit_test(words_follow_from_both_tests),
        cmocka_unit_test(equal_figures_are_the_same),
        cmocka_unit_test(one_process_is_refused),
        cmocka_unit_test(noise_gives_no_verdict),
        cmocka_unit_test(holm_steps_down),
        cmocka_unit_test(variances_are_found_level_by_level),
        cmocka_unit_test(repetitions_go_where_variance_is),
        cmocka_unit_test(enough_builds_are_what_is_judged),
        cmocka_unit_test(one_in_twenty_is_wrong_at_most),
        cmocka_unit_test(a_slowdown_of_five_in_a_hundred_is_found),
        cmocka_unit_test(the_next_mean_is_foretold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
