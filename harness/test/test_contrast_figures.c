/* Every figure of a comparison of two sides, in four digits: of draws that are told here, apart and side by side. The
 * first was worked out by hand: the error is sqrt(14 / 3 / 4 + 7.3 / 5) = 1.621. */
#include "test/support.h"

#include "result/contrast.h"
#include <math.h>
#include <stdio.h>

enum { MOST = 16 };

/* Invocation by invocation; of builds, that many in turn. */
static struct side side_of(struct draw *draws, const double *values, size_t count, int builds)
{
    for (size_t i = 0; i < count; i++)
        draws[i] = (struct draw){
            .value = values[i], .invocation = (int64_t)i, .build = (int64_t)i % builds};
    return (struct side){draws, count};
}

static const char *told(const struct contrast *c)
{
    static char text[512];
    snprintf(text, sizeof text,
             "%s %.4g (%.4g to %.4g), margin %.4g, differs %.4g, outside %.4g, error %.4g, freedom "
             "%.4g, %s, %zu and %zu%s: %s",
             c->logs ? "log" : "plain", c->value, c->low, c->high, c->margin, c->differs,
             c->outside, c->error, c->freedom, level_text(c->level), c->before, c->after,
             c->paired ? ", paired" : "", change_text(c->change));
    return text;
}

struct given {
    size_t counts[2];
    double values[2][MOST];
    int builds;
    double least;
    const char *apart, *paired;
};

static const struct given all[] = {
    {{4, 5},
     {{-1, -2, 0, 3}, {1, 3, 2, 4, 8}},
     1,
     0,
     "plain 3.6 (-0.2331 to 7.433), margin 0.108, differs 0.0618, outside 0.9659, error 1.621, "
     "freedom 6.993, new processes of the same builds, 4 and 5: not known",
     "plain 2.5 (-0.2561 to 5.256), margin 0.108, differs 0.06318, outside 0.965, error 0.866, "
     "freedom 3, new processes of the same builds, 4 and 4, paired: not known"},
    {{4, 4},
     {{100, 101, 99, 100}, {80, 81, 79, 83}},
     1,
     0,
     "log -0.214 (-0.2457 to -0.1822), margin 0.02956, differs 5.725e-05, outside 0.9999, error "
     "0.0113, freedom 3.881, new processes of the same builds, 4 and 4: better",
     "log -0.214 (-0.2434 to -0.1845), margin 0.02956, differs 0.0001779, outside 0.9999, error "
     "0.009265, freedom 3, new processes of the same builds, 4 and 4, paired: better"},
    {{4, 4},
     {{100, 101, 99, 100}, {100, 101, 100, 101}},
     1,
     99,
     "plain 0.5 (-0.7572 to 1.757), margin 99, differs 0.36, outside 6.338e-12, error 0.5, freedom "
     "5.4, new processes of the same builds, 4 and 4: the same",
     "plain 0.5 (-0.4187 to 1.419), margin 99, differs 0.1817, outside 2.776e-08, error 0.2887, "
     "freedom 3, new processes of the same builds, 4 and 4, paired: the same"},
    {{3, 3},
     {{7, 7, 7}, {7, 7, 7}},
     1,
     0,
     "log 0 (0 to 0), margin 0.02956, differs 1, outside 0, error 0, freedom 4, new processes of "
     "the same builds, 3 and 3: the same",
     "log 0 (0 to 0), margin 0.02956, differs 1, outside 0, error 0, freedom 2, new processes of "
     "the same builds, 3 and 3, paired: the same"},
    {{3, 3},
     {{7, 7, 7}, {9, 9, 9}},
     1,
     100,
     "plain 2 (2 to 2), margin 100, differs 0, outside 0, error 0, freedom 4, new processes of the "
     "same builds, 3 and 3: the same",
     "plain 2 (2 to 2), margin 100, differs 0, outside 0, error 0, freedom 2, new processes of the "
     "same builds, 3 and 3, paired: the same"},
    {{1, 3},
     {{7}, {9, 9, 10}},
     1,
     0,
     "log 0.2864 (nan to nan), margin nan, differs nan, outside nan, error nan, freedom nan, "
     "nothing, 0 and 0: one process a side",
     "log 0.2513 (nan to nan), margin nan, differs nan, outside nan, error nan, freedom nan, "
     "nothing, 0 and 0, paired: one process a side"},
    {{0, 3},
     {{0}, {9, 9, 10}},
     1,
     0,
     "log nan (nan to nan), margin nan, differs nan, outside nan, error nan, freedom nan, nothing, "
     "0 and 0: not to be said",
     "log nan (nan to nan), margin nan, differs nan, outside nan, error nan, freedom nan, nothing, "
     "0 and 0: not to be said"},
    {{12, 12},
     {{10, 11, 12, 13, 14, 15, 11, 12, 13, 14, 15, 16},
      {20, 21, 22, 23, 24, 28, 21, 22, 23, 24, 25, 26}},
     6,
     0,
     "log 0.5865 (0.4235 to 0.7495), margin 0.02956, differs 2.199e-05, outside 1, error 0.07174, "
     "freedom 8.752, new builds, 6 and 6: worse",
     "log 0.5865 (0.5303 to 0.6427), margin 0.02956, differs 1.348e-06, outside 1, error 0.02187, "
     "freedom 5, new builds, 6 and 6, paired: worse"},
    {{12, 10},
     {{10, 11, 12, 13, 14, 15, 11, 12, 13, 14, 15, 16}, {20, 21, 22, 23, 24, 28, 21, 22, 23, 24}},
     2,
     1,
     "log 0.5672 (0.4588 to 0.6756), margin 0.02956, differs 3.443e-09, outside 1, error 0.0514, "
     "freedom 17.07, new processes of the same builds, 12 and 10: worse",
     "log 0.6042 (0.5658 to 0.6426), margin 0.02956, differs 3.666e-10, outside 1, error 0.01666, "
     "freedom 8, new processes of the same builds, 10 and 10, paired: worse"},
};

static void each_figure_is_as_it_was_worked_out(void **state)
{
    (void)state;
    struct draw a[MOST], b[MOST];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct given *given = &all[i];
        struct side before = side_of(a, given->values[0], given->counts[0], given->builds);
        struct side after = side_of(b, given->values[1], given->counts[1], given->builds);
        struct contrast c = contrast_of(before, after, given->least);
        assert_string_equal(told(&c), given->apart);
        before = side_of(a, given->values[0], given->counts[0], given->builds);
        after = side_of(b, given->values[1], given->counts[1], given->builds);
        c = contrast_paired(before, after, given->least);
        assert_string_equal(told(&c), given->paired);
    }
}

/* Two draws of one process are its mean; a block that one side lacks is left out; a noisy one counts as such. */
static void blocks_are_joined_by_their_number(void **state)
{
    (void)state;
    struct draw a[] = {{.value = 10, .invocation = 4}, {.value = 12, .invocation = 4},
                       {.value = 20, .invocation = 1}, {.value = 30, .invocation = 2},
                       {.value = 99, .invocation = 3}, {.value = 40, .invocation = 5}},
                b[] = {{.value = 35, .invocation = 2},
                       {.value = 13, .invocation = 4},
                       {.value = 22, .invocation = 1},
                       {.value = 77, .invocation = 9},
                       {.value = 90, .invocation = 5, .noisy = true}};
    struct contrast c = contrast_paired((struct side){a, 6}, (struct side){b, 5}, 1000);
    assert_string_equal(
        told(&c),
        "plain 3 (-1.303 to 7.303), margin 1000, differs 0.09547, outside 5.03e-07, error 1, "
        "freedom 2, new processes of the same builds, 3 and 3, paired: the same");
}

static void a_shift_moves_all_but_the_word(void **state)
{
    (void)state;
    struct draw a[MOST], b[MOST];
    const struct given *given = &all[1];
    struct contrast c =
        contrast_of(side_of(a, given->values[0], 4, 1), side_of(b, given->values[1], 4, 1), 0);
    contrast_shift(&c, 0.2);
    assert_string_equal(
        told(&c),
        "log -0.01395 (-0.04571 to 0.0178), margin 0.02956, differs 0.2863, outside 0.1207, error "
        "0.0113, freedom 3.881, new processes of the same builds, 4 and 4: better");
    contrast_judge(&c, c.differs);
    assert_string_equal(
        told(&c),
        "log -0.01395 (-0.04571 to 0.0178), margin 0.02956, differs 0.2863, outside 0.1207, error "
        "0.0113, freedom 3.881, new processes of the same builds, 4 and 4: not known");
    contrast_void(&c, CHANGE_NOISY);
    assert_string_equal(told(&c), "log -0.01395 (nan to nan), margin nan, differs nan, outside "
                                  "nan, error nan, freedom nan, nothing, 0 and 0: too noisy");
    contrast_shift(&c, 0.2);
    contrast_judge(&c, 0);
    assert_string_equal(told(&c), "log -0.01395 (nan to nan), margin nan, differs nan, outside "
                                  "nan, error nan, freedom nan, nothing, 0 and 0: too noisy");
}

static void a_word_is_one_up_to_its_chance(void **state)
{
    (void)state;
    static const struct {
        double value, outside, adjusted;
        enum change change;
    } words[] = {{1, 0.025, 0, CHANGE_SAME},
                 {1, 0.0251, 0.05, CHANGE_WORSE},
                 {-1, 0.0251, 0.05, CHANGE_BETTER},
                 {0, 0.0251, 0.05, CHANGE_WORSE},
                 {1, 0.0251, 0.0501, CHANGE_UNKNOWN}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct contrast c = {.value = words[i].value, .outside = words[i].outside};
        contrast_judge(&c, words[i].adjusted);
        assert_int_equal(c.change, words[i].change);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_figure_is_as_it_was_worked_out),
        cmocka_unit_test(blocks_are_joined_by_their_number),
        cmocka_unit_test(a_shift_moves_all_but_the_word),
        cmocka_unit_test(a_word_is_one_up_to_its_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
