/* Repetitions in pieces: which count, and what is made of them. Nothing is timed here but the yardstick itself. */
#include "test/words.h"

#include "probe/yardstick.h"
#include "record/bench_pieces.h"
#include <math.h>

/* Runs of one row: their times, and what the yardstick took beside each; 0: nothing is said of it. */
static json_t *runs_of(const double *times, const double *took, size_t count)
{
    json_t *runs = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *run =
            json_pack("{s:s, s:s, s:f, s:f, s:i}", "name", "a/real_time", "run_name", "a/real_time",
                      "real_time", times[i], "cpu_time", 1.0, "repetition_index", (int)i);
        if (took[i] > 0) {
            json_object_set_new(run, YARDSTICK_TOOK, json_real(took[i]));
            json_object_set_new(run, YARDSTICK_WALL, json_real(1.25e6));
        }
        json_array_append_new(runs, run);
    }
    return runs;
}

static double number(const json_t *runs, size_t i, const char *member)
{
    const json_t *value = json_object_get(json_array_get(runs, i), member);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void the_median_of_free_pieces_counts(void **state)
{
    (void)state;
    static const double times[] = {9, 5, 4, 8, 1, 20, 30, 40, 50, 60, 70, 80},
                        took[] = {200, 100, 101, 102, 104, 100, 102, 100, 150, 160, 170, 100};
    struct pieces_seen seen;
    json_t *runs = runs_of(times, took, 12), *joined = pieces_joined(runs, 6, 1000, &seen);
    assert_int_equal(json_array_size(joined), 2);
    assert_int_equal(seen.repetitions, 2);
    assert_int_equal(seen.shared, 0);
    assert_true(seen.least == 100);
    /* 5, 4, 8 and 20 had the core for themselves: 3 % more than the least is allowed. */
    assert_true(number(joined, 0, "real_time") == 5);
    assert_true(number(joined, 0, "free") == 4 && number(joined, 0, "pieces") == 6);
    assert_true(number(joined, 1, "real_time") == 40);
    assert_true(number(joined, 1, "repetition_index") == 1);
    assert_null(json_object_get(json_array_get(joined, 0), YARDSTICK_TOOK));
    assert_null(json_object_get(json_array_get(joined, 0), YARDSTICK_WALL));
    json_decref(joined);
    json_decref(runs);
}

static void too_few_free_pieces_are_no_repetition_to_judge_by(void **state)
{
    (void)state;
    static const double times[] = {3, 1, 2, 5, 4, 6, 7, 8},
                        took[] = {150, 90, 90, 91, 150, 150, 150, 90};
    struct pieces_seen seen;
    json_t *runs = runs_of(times, took, 8);
    json_t *joined = pieces_joined(runs, 8, 1000, &seen); /* 4 of 8 */
    assert_int_equal(seen.shared, 0);
    assert_true(number(joined, 0, "real_time") == 2);
    json_decref(joined);
    joined = pieces_joined(runs, 4, 1000, &seen); /* 3 of 4, and 1 of 4, which are too few */
    assert_int_equal(seen.shared, 1);
    assert_true(number(joined, 0, "real_time") == 2);
    assert_true(number(joined, 1, "real_time") == 6);
    assert_true(number(joined, 1, "free") == 1);
    json_decref(joined);
    joined = pieces_joined(runs, 2, 1000, &seen); /* of two both have to be */
    assert_int_equal(seen.shared, 3);
    json_decref(joined);
    /* What was seen before counts: then none is free. */
    joined = pieces_joined(runs, 4, 80, &seen);
    assert_int_equal(seen.shared, 2);
    json_decref(joined);
    json_decref(runs);
}

static void a_suite_without_a_yardstick_is_taken_as_it_comes(void **state)
{
    (void)state;
    static const double times[] = {3, 1, 2}, took[3] = {0};
    struct pieces_seen seen;
    json_t *runs = runs_of(times, took, 3), *joined = pieces_joined(runs, 1, INFINITY, &seen);
    assert_int_equal(json_array_size(joined), 3);
    assert_true(isinf(seen.least) && !seen.shared);
    for (size_t i = 0; i < 3; i++)
        assert_true(number(joined, i, "real_time") == times[i]);
    assert_null(json_object_get(json_array_get(joined, 0), "pieces"));
    assert_int_equal(pieces_for(runs, 0.05), 1);
    json_decref(joined);
    json_decref(runs);
}

static void how_many_follows_from_how_long_one_is(void **state)
{
    (void)state;
    static const double times[] = {1, 1}, took[] = {100, 500};
    json_t *runs = runs_of(times, took, 2);
    assert_int_equal(pieces_for(runs, 0.05), 40);
    assert_int_equal(pieces_for(runs, 0.001), 1);
    assert_int_equal(pieces_for(runs, 10), 64);
    assert_int_equal(pieces_for(NULL, 10), 1);
    /* The quickest one tells: the others were disturbed. */
    json_object_set_new(json_array_get(runs, 1), YARDSTICK_WALL, json_real(0.5e6));
    assert_int_equal(pieces_for(runs, 0.02), 40);
    json_decref(runs);
}

static void a_run_that_failed_stands_for_its_repetition(void **state)
{
    (void)state;
    static const double times[] = {1, 2, 3, 4}, took[] = {100, 100, 100, 100};
    struct pieces_seen seen;
    json_t *runs = runs_of(times, took, 4);
    json_object_set_new(json_array_get(runs, 3), "error_occurred", json_true());
    json_t *joined = pieces_joined(runs, 2, 100, &seen);
    assert_true(number(joined, 0, "real_time") == 1);
    assert_true(json_is_true(json_object_get(json_array_get(joined, 1), "error_occurred")));
    json_decref(joined);
    json_decref(runs);
}

/* That it takes some time at all; how long is the machine's affair. */
static void the_yardstick_is_taken(void **state)
{
    (void)state;
    struct yardstick_best best = {0};
    assert_true(isinf(yardstick_least(&best)));
    yardstick_learn(&best, 0);
    assert_int_equal(best.count, 1);
    assert_true(yardstick_wait(&best, 1) > 0);
    assert_true(best.count > 1 && isfinite(yardstick_least(&best)) && yardstick_least(&best) > 0);
    assert_true(yardstick_was_free(100, 103, 100));
    assert_false(yardstick_was_free(104, 100, 100));
    assert_false(yardstick_was_free(100, 104, 100));
    struct yardstick_best never = {0}; /* no take is as short: the wait ends by its own bound */
    for (int i = 0; i < YARDSTICK_ALIKE; i++)
        yardstick_saw(&never, 1e-9);
    assert_true(yardstick_wait(&never, 0.002) >= 0.002);
    assert_true(yardstick_least(&never) == 1e-9);
}

static double least_of(const double *takes, size_t count)
{
    struct yardstick_best best = {0};
    for (size_t i = 0; i < count; i++)
        yardstick_saw(&best, takes[i]);
    return yardstick_least(&best);
}

/* The clock is stepped, and a take looks shorter than any is: all others would count as shared for ever. */
static void one_take_alone_is_no_least(void **state)
{
    (void)state;
    assert_true(least_of((double[]){130, 96, 100.1, 100, 150, 100.9, 200}, 7) == 100);
    assert_true(least_of((double[]){90, 96, 93, 100.1, 100, 100.9}, 6) == 100);
    /* 2 % is alike, more is not: then the third shortest. */
    assert_true(least_of((double[]){102, 100, 102, 110}, 4) == 100);
    assert_true(least_of((double[]){150, 120, 100, 110, 130, 140}, 6) == 120);
    assert_true(least_of((double[]){120, 100}, 2) == 120);
    /* However many long ones come between. */
    struct yardstick_best best = {0};
    for (int i = 0; i < 100; i++)
        yardstick_saw(&best, i % 20 ? 200 + i : i == 40 ? 50 : 100 + i / 1000.0);
    assert_true(yardstick_least(&best) == 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_of_free_pieces_counts),
        cmocka_unit_test(too_few_free_pieces_are_no_repetition_to_judge_by),
        cmocka_unit_test(a_suite_without_a_yardstick_is_taken_as_it_comes),
        cmocka_unit_test(how_many_follows_from_how_long_one_is),
        cmocka_unit_test(a_run_that_failed_stands_for_its_repetition),
        cmocka_unit_test(the_yardstick_is_taken),
        cmocka_unit_test(one_take_alone_is_no_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
