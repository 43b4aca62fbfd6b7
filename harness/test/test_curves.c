/* How many there were, and for how long: areas under planted courses of a leg, to the second. */
#include "test/support.h"

#include "load/curves.h"
#include <string.h>

static struct leg leg;
static struct curves curves;

static int begin(void **state)
{
    (void)state;
    memset(&leg, 7, sizeof leg);
    curves_begin(&curves, &leg, 100 * SECOND);
    return 0;
}

static void at(int64_t second)
{
    curves_go_on(&curves, (100 + second) * SECOND);
}

/* Counts at the leg's moments, of tasks. */
static void count(uint64_t before, uint64_t held, uint64_t left)
{
    leg.counts[MOMENT_BASELINE].tasks = before;
    leg.counts[MOMENT_HELD].tasks = held;
    leg.counts[MOMENT_LEFT].tasks = left;
}

static void a_leg_begins_with_nothing(void **state)
{
    (void)state;
    assert_int_equal(leg.requests, 0);
    assert_int_equal(leg.late_requests, 0);
    for (int part = 0; part < LEG_PARTS; part++)
        for (int kind = 0; kind < KINDS; kind++) {
            assert_true(leg.least[part][kind] == INT64_MAX);
            assert_true(leg.most[part][kind] == INT64_MIN);
        }
    curves_end(&curves);
    for (int kind = 0; kind < KINDS; kind++)
        assert_true(leg.all[kind] == 0 && leg.seconds[kind] == 0 && leg.gone[kind] == 0);
}

static void each_part_has_its_least_and_most(void **state)
{
    (void)state;
    curves_part(&curves, 1);
    curves_see(&curves, KIND_TASKS, 3, 13);
    curves_request(&curves, true);
    curves_see(&curves, KIND_TASKS, 1, 11);
    curves_see(&curves, KIND_HEAP, 500, 700);
    curves_request(&curves, false);
    curves_part(&curves, LEG_PARTS - 1);
    curves_see(&curves, KIND_TASKS, 4, 14);
    curves_request(&curves, true);
    curves_see(&curves, KIND_TASKS, 9, 99); /* after the last request: no part of it */
    assert_int_equal(leg.requests, 2);
    assert_int_equal(leg.late_requests, 1);
    assert_int_equal(leg.least[1][KIND_TASKS], 0);
    assert_int_equal(leg.most[1][KIND_TASKS], 13);
    assert_int_equal(leg.most[1][KIND_HEAP], 700);
    assert_int_equal(leg.least[LEG_PARTS - 1][KIND_TASKS], 11);
    assert_int_equal(leg.most[LEG_PARTS - 1][KIND_TASKS], 14);
    assert_int_equal(leg.least[LEG_PARTS - 1][KIND_HEAP], 700);
    assert_true(leg.least[2][KIND_TASKS] == INT64_MAX && leg.most[0][KIND_TASKS] == INT64_MIN);
    curves_end(&curves);
    assert_int_equal(leg.all[KIND_TASKS], 99);
    assert_int_equal(leg.all[KIND_HEAP], 700);
}

/* Two for five seconds of load; one goes after three more, the other after ten. */
static void what_goes_was_held_for_its_area(void **state)
{
    (void)state;
    curves_see(&curves, KIND_TASKS, 2, 2);
    at(5);
    curves_hold(&curves);
    at(8);
    curves_see(&curves, KIND_TASKS, 1, 1);
    at(15);
    curves_see(&curves, KIND_TASKS, 0, 0);
    at(600);
    count(0, 2, 0);
    curves_end(&curves);
    assert_true(leg.seconds[KIND_TASKS] == 2 * 5 + 2 * 3 + 1 * 7);
    assert_int_equal(leg.gone[KIND_TASKS], 10 * SECOND);
}

/* Of four one stays: three quarters of load's area are of those that go. */
static void what_stays_is_no_part_of_it(void **state)
{
    (void)state;
    curves_see(&curves, KIND_TASKS, 4, 14);
    at(4);
    curves_hold(&curves);
    at(6);
    curves_see(&curves, KIND_TASKS, 1, 11);
    at(100);
    count(10, 14, 11);
    curves_end(&curves);
    assert_true(leg.seconds[KIND_TASKS] == 4 * 4 * 0.75 + 3 * 2);
    assert_int_equal(leg.gone[KIND_TASKS], 2 * SECOND);
}

/* Least there was after two seconds; what comes and goes later is time's. */
static void ups_and_downs_after_the_least_are_none_of_it(void **state)
{
    (void)state;
    curves_see(&curves, KIND_TIMERS, 3, 3);
    at(1);
    curves_hold(&curves);
    at(3);
    curves_see(&curves, KIND_TIMERS, 0, 0);
    at(10);
    curves_see(&curves, KIND_TIMERS, 5, 5);
    at(20);
    curves_see(&curves, KIND_TIMERS, 0, 0);
    at(30);
    leg.counts[MOMENT_HELD].timers = 3;
    curves_end(&curves);
    assert_true(leg.seconds[KIND_TIMERS] == 3 * 3);
    assert_int_equal(leg.gone[KIND_TIMERS], 2 * SECOND);
}

static void nothing_is_held_where_no_less_is_left(void **state)
{
    (void)state;
    curves_see(&curves, KIND_TASKS, 2, 2);
    at(5);
    curves_hold(&curves);
    at(50);
    count(0, 2, 2);
    curves_end(&curves);
    assert_true(leg.seconds[KIND_TASKS] == 0 && leg.gone[KIND_TASKS] == 0);
    count(5, 5, 0); /* and where only older ones have gone */
    curves_end(&curves);
    assert_true(leg.seconds[KIND_TASKS] == 0);
    leg.counts[MOMENT_BASELINE].heap = -1; /* and where nobody counts */
    leg.counts[MOMENT_HELD].heap = 5;
    curves_end(&curves);
    assert_true(leg.seconds[KIND_HEAP] == 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        CASE(a_leg_begins_with_nothing),
        CASE(each_part_has_its_least_and_most),
        CASE(what_goes_was_held_for_its_area),
        CASE(what_stays_is_no_part_of_it),
        CASE(ups_and_downs_after_the_least_are_none_of_it),
        CASE(nothing_is_held_where_no_less_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
