/* What `leaklab compare` prints, whole: tables of pairs and of benchmarks, wide and narrow, and the rest that
 * is not shown. */
#include "test/support.h"

#include "report/comparison.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the text. */
static void expect_text(char *text, const char *expected)
{
    assert_string_equal(text, expected);
    free(text);
}

#define PAIR_ROW(id_, variant_, ...)                                                               \
    {                                                                                              \
        .id = id_, .variant = variant_, __VA_ARGS__                                                \
    }
#define BOTH .in_before = true, .in_after = true

static const struct comparison pairs[] = {
    PAIR_ROW("channel_receive", VARIANT_LEAK, BOTH, .before = 4200, .after = 4150,
             .contrast = {.logs = true, .value = -0.01198, .low = -0.0144, .high = -0.0096},
             .counted_before = 1, .counted_after = 1, .change = CHANGE_BETTER),
    PAIR_ROW("channel_receive", VARIANT_FIX, BOTH, .before = 0, .after = 8,
             .contrast = {.value = 8, .low = 6, .high = 10}, .change = CHANGE_WORSE),
    PAIR_ROW("worker_loop", VARIANT_LEAK, BOTH, .before = 100, .after = 101,
             .contrast = {.value = 1, .low = -2, .high = 4}, .counted = "tasks",
             .counted_before = 1, .counted_after = 2, .change = CHANGE_UNKNOWN),
    PAIR_ROW("worker_loop", VARIANT_FIX, BOTH, .before = 100, .after = 120,
             .contrast = {.value = 20, .low = NAN}, .change = CHANGE_ONE_PROCESS),
    PAIR_ROW("done_channel", VARIANT_LEAK, .in_before = true, .before = 100, .after = NAN,
             .contrast = {.value = NAN}, .counted_after = NAN, .change = CHANGE_ABSENT),
    PAIR_ROW("timer_stop", VARIANT_FIX, .in_after = true, .before = NAN, .after = 7,
             .contrast = {.value = NAN}, .counted_before = NAN, .change = CHANGE_ABSENT),
};

static char *pairs_told(struct terminal t, size_t count, bool all)
{
    char *text = NULL;
    size_t size;
    t.out = open_memstream(&text, &size);
    assert_non_null(t.out);
    assert_true(comparison_pairs(&t, pairs, count, all));
    fclose(t.out);
    return text;
}

static void pairs_have_their_table(void **state)
{
    (void)state;
    expect_text(pairs_told((struct terminal){0}, 6, false),
                "bytes/request               before         after      change  95 % interval       "
                "      verdict\n"
                "channel_receive leak       4,200.0       4,150.0      -1.2 %  -1.4 to -1.0 %      "
                "      better\n"
                "channel_receive fix            0.0           8.0          +8  +6 to +10           "
                "      worse\n"
                "worker_loop leak             100.0         101.0          +1  -2 to +4            "
                "      not known (tasks left per request: 1.000 before, 2.000 after)\n"
                "worker_loop fix              100.0         120.0         +20                      "
                "      one process a side: no verdict\n"
                "done_channel leak            100.0             -           -                      "
                "      only before\n"
                "timer_stop fix                   -           7.0           -                      "
                "      only after\n");
    expect_text(pairs_told((struct terminal){.width = 80}, 6, false),
                "bytes/request, with 95 % interval\n"
                "channel_receive leak\n"
                "    4,200.0 before, 4,150.0 after: -1.2 % (-1.4 to -1.0 %)\n"
                "    better\n"
                "channel_receive fix\n"
                "    0.0 before, 8.0 after: +8 (+6 to +10)\n"
                "    worse\n"
                "worker_loop leak\n"
                "    100.0 before, 101.0 after: +1 (-2 to +4)\n"
                "    not known (tasks left per request: 1.000 before, 2.000 after)\n"
                "worker_loop fix\n"
                "    100.0 before, 120.0 after: +20\n"
                "    one process a side: no verdict\n"
                "done_channel leak\n"
                "    100.0 before, - after\n"
                "    only before\n"
                "timer_stop fix\n"
                "    - before, 7.0 after\n"
                "    only after\n");
    expect_text(
        pairs_told((struct terminal){.colour = true}, 4, false),
        "\033[1mbytes/request               before         after      change  95 % interval        "
        "     verdict\033[0m\n"
        "channel_receive leak       4,200.0       4,150.0      -1.2 %  -1.4 to -1.0 %            "
        "\033[32mbetter\033[0m\n"
        "channel_receive fix            0.0           8.0          +8  +6 to +10                 "
        "\033[31mworse\033[0m\n"
        "worker_loop leak             100.0         101.0          +1  -2 to +4                  "
        "\033[2mnot known (tasks left per request: 1.000 before, 2.000 after)\033[0m\n"
        "worker_loop fix              100.0         120.0         +20                            "
        "\033[2mone process a side: no verdict\033[0m\n");
    expect_text(pairs_told((struct terminal){0}, 0, false), "");
}

static void a_difference_has_four_digits_or_all_before_the_point(void **state)
{
    (void)state;
    static const struct comparison large[] = {
        PAIR_ROW("channel_receive", VARIANT_FIX, BOTH, .before = 0, .after = 12345.6,
                 .contrast = {.value = 12345.6, .low = 9999.4, .high = 14691.8},
                 .change = CHANGE_WORSE),
        PAIR_ROW("worker_loop", VARIANT_FIX, BOTH, .before = 9999.5, .after = 0,
                 .contrast = {.value = -9999.5, .low = -1e18, .high = 0.123456},
                 .change = CHANGE_UNKNOWN),
    };
    char *text = NULL;
    size_t size;
    struct terminal t = {.width = 80};
    t.out = open_memstream(&text, &size);
    assert_non_null(t.out);
    assert_true(comparison_pairs(&t, large, 2, false));
    fclose(t.out);
    expect_text(text, "bytes/request, with 95 % interval\n"
                      "channel_receive fix\n"
                      "    0.0 before, 12,345.6 after: +12346 (+9999 to +14692)\n"
                      "    worse\n"
                      "worker_loop fix\n"
                      "    9,999.5 before, 0.0 after: -10000 (-1e+18 to +0.1235)\n"
                      "    not known\n");
}

/* --- Benchmarks ----------------------------------------------------------------------------- */

static struct benchmark fine = {.failure = NULL};
static struct benchmark failed = {.failure = (char *)"no memory"};
static struct benchmark skipped = {.failure = (char *)"not here", .skipped = true};

#define COST(name_, was_, is_, ...)                                                                \
    {                                                                                              \
        .name = name_, .was = was_, .is = is_, __VA_ARGS__                                         \
    }

static const struct cost_comparison few[] = {
    COST("micro/a", &fine, &fine, .unit = UNIT_TIME, .before = 100, .after = 90,
         .contrast = {true, -0.10536, -0.12783, -0.08338, .change = CHANGE_BETTER}),
    COST("micro/b/1000", &fine, &fine, .unit = UNIT_TIME, .before = 100, .after = 150,
         .contrast = {true, 0.405465, NAN, NAN, .change = CHANGE_ONE_PROCESS}),
    COST("micro/c", &fine, &fine, .unit = UNIT_TIME, .before = 100, .after = 50,
         .contrast = {true, -0.693147, NAN, NAN, .change = CHANGE_ONE_PROCESS}),
    COST("micro/d", &fine, &fine, .unit = UNIT_TIME, .before = 100, .after = 100,
         .contrast = {true, 0, NAN, NAN, .change = CHANGE_ONE_PROCESS}),
    COST("micro/now_fails", &fine, &failed, .unit = UNIT_TIME, .before = 100, .after = NAN,
         .contrast = {true, NAN, NAN, NAN, .change = CHANGE_ABSENT}),
    COST("micro/failed_once", &failed, &fine, .unit = UNIT_TIME, .before = NAN, .after = 2000,
         .contrast = {true, NAN, NAN, NAN, .change = CHANGE_ABSENT}),
    COST("micro/skipped", &fine, &skipped, .unit = UNIT_TIME, .before = 1, .after = NAN,
         .contrast = {true, NAN, NAN, NAN, .change = CHANGE_ABSENT}),
    COST("micro/a_name_that_is_longer_than_its_column_can_be", &fine, &fine, .unit = UNIT_TIME,
         .before = 100, .after = 120,
         .contrast = {true, 0.18232, 0.09531, 0.26236, .change = CHANGE_WORSE}),
    COST("gone", &fine, NULL, .unit = UNIT_TIME, .before = 3, .after = NAN,
         .contrast = {true, NAN, NAN, NAN, .change = CHANGE_ABSENT}),
    COST("come", NULL, &fine, .unit = UNIT_TIME, .before = NAN, .after = 4,
         .contrast = {true, NAN, NAN, NAN, .change = CHANGE_ABSENT}),
};
enum { FEW = sizeof few / sizeof *few };

static char *costs_told(int width, const struct cost_comparison *rows, size_t count, bool all)
{
    char *text = NULL;
    size_t size;
    struct terminal t = {.out = open_memstream(&text, &size), .width = width};
    assert_non_null(t.out);
    assert_true(comparison_costs(&t, "one operation", rows, count, all));
    fclose(t.out);
    return text;
}

static void benchmarks_have_theirs(void **state)
{
    (void)state;
    expect_text(costs_told(0, few, FEW, false),
                "one operation            before         after      change  95 % interval          "
                "   verdict\n"
                "micro/a                  100 ns       90.0 ns     -10.0 %  -12.0 to -8.0 %        "
                "   better\n"
                "micro/b/1000             100 ns        150 ns     +50.0 %                         "
                "   one process a side: no verdict\n"
                "micro/c                  100 ns       50.0 ns     -50.0 %                         "
                "   one process a side: no verdict\n"
                "micro/d                  100 ns        100 ns      +0.0 %                         "
                "   one process a side: no verdict\n"
                "micro/now_fails          100 ns             -           -                         "
                "   no memory (failed)\n"
                "micro/failed_once             -       2.00 us           -                         "
                "   no memory (failed before)\n"
                "micro/skipped           1.00 ns             -           -                         "
                "   not here (skipped)\n"
                "micro/a_name_that_is_longer_than_its_column_can_be\n"
                "                         100 ns        120 ns     +20.0 %  +10.0 to +30.0 %       "
                "   worse\n"
                "gone                    3.00 ns             -           -                         "
                "   only before\n"
                "come                          -       4.00 ns           -                         "
                "   only after\n");
    expect_text(costs_told(80, few, FEW, false),
                "one operation, with 95 % interval\n"
                "micro/a\n"
                "    100 ns before, 90.0 ns after: -10.0 % (-12.0 to -8.0 %)\n"
                "    better\n"
                "micro/b/1000\n"
                "    100 ns before, 150 ns after: +50.0 %\n"
                "    one process a side: no verdict\n"
                "micro/c\n"
                "    100 ns before, 50.0 ns after: -50.0 %\n"
                "    one process a side: no verdict\n"
                "micro/d\n"
                "    100 ns before, 100 ns after: +0.0 %\n"
                "    one process a side: no verdict\n"
                "micro/now_fails\n"
                "    100 ns before, - after\n"
                "    no memory (failed)\n"
                "micro/failed_once\n"
                "    - before, 2.00 us after\n"
                "    no memory (failed before)\n"
                "micro/skipped\n"
                "    1.00 ns before, - after\n"
                "    not here (skipped)\n"
                "micro/a_name_that_is_longer_than_its_column_can_be\n"
                "    100 ns before, 120 ns after: +20.0 % (+10.0 to +30.0 %)\n"
                "    worse\n"
                "gone\n"
                "    3.00 ns before, - after\n"
                "    only before\n"
                "come\n"
                "    - before, 4.00 ns after\n"
                "    only after\n");
}

/* Of many rows those that changed, and what the others are. */
static void of_many_the_changed_are_shown(void **state)
{
    (void)state;
    enum { MANY = COMPARISON_ROWS + 1 };
    static char names[MANY][16];
    struct cost_comparison rows[MANY];
    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "row/%zu", i);
        rows[i] = few[0];
        rows[i].name = names[i];
        rows[i].after = 100;
        rows[i].contrast = (struct contrast){.logs = true, .change = CHANGE_SAME};
    }
    for (size_t i = 0; i < FEW; i++)
        rows[i] = few[i];
    rows[3].contrast.value = 0.0943, rows[3].after = 109.9; /* of 100, by one run: not shown */
    for (size_t i = FEW; i < FEW + 6; i++)
        rows[i].is = NULL;
    expect_text(costs_told(0, rows, MANY, false),
                "one operation            before         after      change  95 % interval          "
                "   verdict\n"
                "micro/a                  100 ns       90.0 ns     -10.0 %  -12.0 to -8.0 %        "
                "   better\n"
                "micro/b/1000             100 ns        150 ns     +50.0 %                         "
                "   one process a side: no verdict\n"
                "micro/c                  100 ns       50.0 ns     -50.0 %                         "
                "   one process a side: no verdict\n"
                "micro/now_fails          100 ns             -           -                         "
                "   no memory (failed)\n"
                "micro/failed_once             -       2.00 us           -                         "
                "   no memory (failed before)\n"
                "micro/skipped           1.00 ns             -           -                         "
                "   not here (skipped)\n"
                "micro/a_name_that_is_longer_than_its_column_can_be\n"
                "                         100 ns        120 ns     +20.0 %  +10.0 to +30.0 %       "
                "   worse\n"
                "9 more: the same\n"
                "1 more: one process a side\n"
                "7 only before: gone, row/10, row/11, row/12, row/13, ..\n"
                "1 only after: come\n"
                "--all shows every row\n");
    expect_text(
        costs_told(0, rows + FEW, 6, false),
        "one operation        before         after      change  95 % interval             verdict\n"
        "row/10               100 ns        100 ns      +0.0 %  +0.0 to +0.0 %            only "
        "before\n"
        "row/11               100 ns        100 ns      +0.0 %  +0.0 to +0.0 %            only "
        "before\n"
        "row/12               100 ns        100 ns      +0.0 %  +0.0 to +0.0 %            only "
        "before\n"
        "row/13               100 ns        100 ns      +0.0 %  +0.0 to +0.0 %            only "
        "before\n"
        "row/14               100 ns        100 ns      +0.0 %  +0.0 to +0.0 %            only "
        "before\n"
        "row/15               100 ns        100 ns      +0.0 %  +0.0 to +0.0 %            only "
        "before\n");
    char *whole = costs_told(0, rows, MANY, true);
    size_t lines = 0;
    for (const char *at = whole; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, 1 + MANY + 1); /* its head, and the long name's second line */
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_have_their_table),
        cmocka_unit_test(a_difference_has_four_digits_or_all_before_the_point),
        cmocka_unit_test(benchmarks_have_theirs),
        cmocka_unit_test(of_many_the_changed_are_shown),
    };
    return cmocka_run_group_tests_name("comparison", tests, NULL, NULL);
}
