/* What several draws are worth, by hand: who is the same as whom, means and their variances at each level, and where to
 * repeat. How often the method is wrong is test_contrast's. */
#include "test/support.h"

#include "probe/levels.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 16 };

/* As "0a1 0b2! 1c3": build, invocation, value; !: noisy. */
static size_t read_draws(struct draw *draws, const char *text)
{
    size_t count = 0;
    char words[256], *rest = words;
    snprintf(words, sizeof words, "%s", text);
    for (const char *word; (word = strtok_r(rest, " ", &rest));) {
        char *end;
        draws[count].build = word[0] - '0';
        draws[count].invocation = word[1] - 'a';
        draws[count].value = strtod(word + 2, &end);
        draws[count++].noisy = *end == '!';
    }
    return count;
}

static bool same(double a, double b)
{
    return isnan(a) || isnan(b) ? isnan(a) && isnan(b) : fabs(a - b) < 1e-6;
}

static void levels_have_names(void **state)
{
    (void)state;
    assert_string_equal(level_text(LEVEL_NONE), "nothing");
    assert_string_equal(level_text(LEVEL_REPETITIONS), "repetitions in one process");
    assert_string_equal(level_text(LEVEL_INVOCATIONS), "new processes of the same builds");
    assert_string_equal(level_text(LEVEL_BUILDS), "new builds");
}

static void the_level_is_the_highest_of_which_there_are_enough(void **state)
{
    (void)state;
    static const struct {
        const char *draws;
        enum level level;
    } cases[] = {
        {"", LEVEL_NONE},
        {"0a1", LEVEL_NONE},
        {"0a1 0a2!", LEVEL_NONE},
        {"0a1 0a2", LEVEL_REPETITIONS},
        {"0a1 0b2", LEVEL_INVOCATIONS},
        {"0a1 1b2", LEVEL_BUILDS}, /* each build was run once */
        {"0a1 1b2 0c3", LEVEL_INVOCATIONS},
        {"0a1 1b2 2c3 0d1 1e1 2f1", LEVEL_INVOCATIONS},
        {"0a1 1b2 2c3 3d1 0e1", LEVEL_BUILDS}, /* four are enough */
        {"0a1 1b2 2c3 3d1! 0e1", LEVEL_INVOCATIONS},
        {"1a1 0b2! 1a1", LEVEL_REPETITIONS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct draw draws[MOST];
        size_t count = read_draws(draws, cases[i].draws);
        if (level_of(draws, count) != cases[i].level)
            fail_msg("\"%s\": %s", cases[i].draws, level_text(level_of(draws, count)));
    }
}

static void a_mean_has_the_variance_of_its_level(void **state)
{
    (void)state;
    static const struct {
        const char *draws;
        enum level asked;
        struct group group;
        size_t units;
        double foretells; /* of four */
    } cases[] = {
        {"", LEVEL_BUILDS, {.mean = NAN, .error = NAN}, 0, NAN},
        {"0a1!", LEVEL_BUILDS, {.mean = NAN, .error = NAN, .noisy = 1}, 0, NAN},
        {"0a5",
         LEVEL_BUILDS,
         {LEVEL_NONE, 5, NAN, .builds = 1, .invocations = 1, .draws = 1},
         1,
         NAN},
        {"0a6 0a1 0a2 0a50!",
         LEVEL_BUILDS,
         {LEVEL_REPETITIONS, 3, NAN, .builds = 1, .invocations = 1, .draws = 3, .noisy = 1},
         1,
         NAN},
        /* Means of builds 1, 2, 4, 9: a variance of 38/3. Of the first build's invocations one has 0 and 2. */
        {"3d9 0b1 1c2 0a0 2e4 0a2",
         LEVEL_BUILDS,
         {LEVEL_BUILDS, 4, 38.0 / 12, 3, .builds = 4, .invocations = 5, .draws = 6},
         4,
         8.008981},
        {"3d9 0b1 1c2 0a0 2e4 0a2",
         LEVEL_REPETITIONS,
         {LEVEL_REPETITIONS, 4, NAN, .builds = 4, .invocations = 5, .draws = 6},
         5,
         NAN},
        /* Within builds: 2 and 14 of three freedoms; each build alike. */
        {"1e10 0a1 0b3 1c5 1d6",
         LEVEL_BUILDS,
         {LEVEL_INVOCATIONS, 4.5, 16.0 / 3 * (1 / 2.0 + 1 / 3.0) / 4, 3, .builds = 2,
          .invocations = 5, .draws = 5},
         5,
         5.031889},
        {"0a1 0b3 1c5",
         LEVEL_BUILDS,
         {LEVEL_INVOCATIONS, 3.5, 2 * (1 / 2.0 + 1) / 4, 1, .builds = 2, .invocations = 3,
          .draws = 3},
         3,
         14.556786},
        /* Four builds are judged as builds, and where invocations are asked for, as these. */
        {"0a1 1b2 2c3 3d6 0e3",
         LEVEL_INVOCATIONS,
         {LEVEL_INVOCATIONS, 3.25, 2 * (1 / 2.0 + 3) / 16, 1, .builds = 4, .invocations = 5,
          .draws = 5},
         5,
         12.606547},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct draw draws[MOST];
        const struct group *due = &cases[i].group;
        size_t count = read_draws(draws, cases[i].draws);
        struct group is = group_of(draws, count, false, cases[i].asked);
        if (is.level != due->level || !same(is.mean, due->mean) || !same(is.error, due->error) ||
            !same(is.freedom, due->freedom) || is.builds != due->builds ||
            is.invocations != due->invocations || is.draws != due->draws || is.noisy != due->noisy)
            fail_msg(
                "\"%s\": %s, mean %g, error %.9g, freedom %g, %zu builds, %zu invocations, %zu "
                "draws, %zu noisy",
                cases[i].draws, level_text(is.level), is.mean, is.error, is.freedom, is.builds,
                is.invocations, is.draws, is.noisy);
        assert_int_equal(group_units(&is), cases[i].units);
        if (!same(group_foretells(&is, 4), cases[i].foretells))
            fail_msg("\"%s\": foretells %.9g", cases[i].draws, group_foretells(&is, 4));
        assert_true(isnan(group_foretells(&is, 0)));
    }
}

static void of_logarithms_the_mean_is_geometric(void **state)
{
    (void)state;
    struct draw draws[MOST];
    size_t count = read_draws(draws, "0a2 0a8 0b1 0b16");
    struct group group = group_of(draws, count, true, LEVEL_BUILDS);
    assert_true(same(exp(group.mean), 4));
    assert_true(same(group.error, 0));
    assert_true(same(group.freedom, 1));
}

/* Logarithms of what is drawn; a level that is not told apart is NAN. */
static void each_level_has_its_own_variance(void **state)
{
    (void)state;
    static const struct {
        const char *logs;
        struct variances due;
    } cases[] = {
        /* Within invocations 6 of four freedoms; their means 1, 4 and 6, 10; builds 2.5 and 8. */
        {"1c7 0a0 0a2 0b4 1d9 0b4 1d11 1c5 0a50!", {1.5, 6.25 - 1.5 / 2, 15.125 - 6.25 / 2}},
        {"0a0 0a2 0b4 0b4 0b4", {2.0 / 3, 4.5 - 2.0 / 3 / 2.5, NAN}},
        {"0a1 0b3 1c5 1d9", {NAN, 5, 12.5 - 5 / 2.0}},
        {"0a0 0a9 0b4 0b5", {20.5, 0, NAN}}, /* what is below accounts for it all */
        {"0a0 0b9 1c4 1d5", {NAN, 20.5, 0}},
        {"0a3", {NAN, NAN, NAN}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct draw draws[MOST];
        size_t count = read_draws(draws, cases[i].logs);
        for (size_t k = 0; k < count; k++)
            draws[k].value = exp(draws[k].value);
        struct variances is = variances_of(draws, count), due = cases[i].due;
        if (!same(is.repetition, due.repetition) || !same(is.invocation, due.invocation) ||
            !same(is.build, due.build))
            fail_msg("\"%s\": %g, %g, %g", cases[i].logs, is.repetition, is.invocation, is.build);
    }
}

static void repeating_is_worth_while_where_it_varies_and_is_cheap(void **state)
{
    (void)state;
    static const struct {
        double variance, above, cost, cost_above;
        int most, times;
    } cases[] = {
        {4, 1, 1, 4, 100, 4}, {4, 1, 2, 4, 100, 3},  {4, 2, 1, 4, 100, 3}, {4, 1, 1, 4, 4, 4},
        {4, 1, 1, 4, 3, 3},   {0.01, 1, 1, 1, 9, 1}, {1, 1, 1, 0, 9, 1},   {1, 0, 1, 1, 7, 7},
        {0, 1, 1, 1, 7, 1},   {-1, 1, 1, 1, 7, 1},   {NAN, 1, 1, 1, 7, 1}, {9, NAN, 1, 1, 7, 1},
        {9, 1, NAN, 1, 7, 1}, {9, 1, 0, 1, 7, 1},    {9, 1, 1, NAN, 7, 1}, {9, 0.25, 1, 1, 7, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int times = levels_optimum(cases[i].variance, cases[i].above, cases[i].cost,
                                   cases[i].cost_above, cases[i].most);
        if (times != cases[i].times)
            fail_msg("%zu: %d", i, times);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(the_level_is_the_highest_of_which_there_are_enough),
        cmocka_unit_test(a_mean_has_the_variance_of_its_level),
        cmocka_unit_test(of_logarithms_the_mean_is_geometric),
        cmocka_unit_test(each_level_has_its_own_variance),
        cmocka_unit_test(repeating_is_worth_while_where_it_varies_and_is_cheap),
    };
    return cmocka_run_group_tests_name("levels", tests, NULL, NULL);
}
