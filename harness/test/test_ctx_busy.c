/* Deadlines that a task sees which does not park, and uses of contexts that stop the program. */
#include "test/support.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/timer.h"
#include <time.h>

/* --- Under the real clock ------------------------------------------------------------------------ */

static bool by_err(struct ctx *c)
{
    return ctx_err(c) == CTX_OK;
}

static bool by_cause(struct ctx *c)
{
    return !ctx_cause(c);
}

static bool by_done(struct ctx *c)
{
    return !chan_try_recv(ctx_done(c), NULL, NULL);
}

static bool by_making_a_child(struct ctx *c)
{
    struct ctx *child = ctx_with_cancel(c);
    bool goes_on = ctx_err(child) == CTX_OK;
    ctx_drop(child);
    return goes_on;
}

static bool (*const ways[])(struct ctx *c) = {by_err, by_cause, by_done, by_making_a_child};
enum { WAYS = sizeof ways / sizeof *ways };

static int64_t monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static void expect_exceeded(struct ctx *c)
{
    assert_int_equal(ctx_err(c), CTX_DEADLINE_EXCEEDED);
    assert_int_equal(task_stats.armed, 0);
    assert_false(chan_recv(ctx_done(c), NULL));
}

TASK_TEST(a_busy_task_sees_its_deadline_and_never_too_early)
{
    clock_set_virtual(false);
    for (int way = 0; way < WAYS; way++) {
        int64_t from = monotonic();
        struct ctx *c = ctx_with_timeout(ctx_background(), 10 * MILLISECOND);
        defer(ctx_drop, c);
        while (ways[way](c))
            ;
        assert_true(monotonic() - from >= 10 * MILLISECOND);
        expect_exceeded(c);
    }
    clock_set_virtual(true);
}

/* Each has the parent's deadline, but that the last has one of its own. */
TASK_TEST(the_deadline_of_an_ancestor_ends_all_below_it)
{
    clock_set_virtual(false);
    struct ctx *top = ctx_with_timeout_cause(ctx_background(), MILLISECOND, "top");
    struct ctx *middle = ctx_with_timeout(top, HOUR), *low = ctx_with_cancel(middle);
    struct ctx *beside = ctx_with_timeout(top, 2 * HOUR);
    defer(ctx_drop, top);
    defer(ctx_drop, middle);
    defer(ctx_drop, low);
    defer(ctx_drop, beside);
    while (!ctx_err(low))
        ;
    assert_string_equal(ctx_cause(top), "top");
    assert_string_equal(ctx_cause(beside), "top");
    assert_string_equal(ctx_cause(low), "top");
    expect_exceeded(middle);
    clock_set_virtual(true);
}

static void wait_for(void *c)
{
    chan_recv(ctx_done(c), NULL);
    note("woken");
}

TASK_TEST(who_waits_for_it_is_woken_when_a_busy_task_looks)
{
    struct ctx *c = ctx_with_timeout(ctx_background(), SECOND);
    defer(ctx_drop, c);
    go(wait_for, c);
    settle();
    while (!ctx_err(c))
        ;
    expect_notes("");
    settle();
    expect_notes("woken");
}

/* --- Under the virtual clock --------------------------------------------------------------------- */

static int looks_until_the_end_of(struct ctx *c)
{
    int looks = 1;
    while (!ctx_err(c))
        looks++;
    return looks;
}

TASK_TEST(time_stands_still_for_a_thousand_looks_then_each_is_a_microsecond)
{
    int64_t start = clock_now();
    struct ctx *c = ctx_with_timeout(ctx_background(), 10 * MILLISECOND);
    defer(ctx_drop, c);
    for (int look = 0; look < 1000; look++)
        assert_int_equal(ctx_err(c), CTX_OK);
    assert_int_equal(clock_now(), start);
    assert_int_equal(looks_until_the_end_of(c), 10000);
    assert_int_equal(clock_now(), start + 10 * MILLISECOND);
    expect_exceeded(c);
}

TASK_TEST(who_parks_between_looks_has_its_thousand_anew)
{
    int64_t start = clock_now();
    struct ctx *c = ctx_with_timeout(ctx_background(), HOUR);
    defer(ctx_drop, c);
    for (int turn = 1; turn <= 5; turn++) {
        for (int look = 0; look < 1000; look++)
            assert_int_equal(ctx_err(c), CTX_OK);
        task_sleep(1);
        assert_int_equal(clock_now(), start + turn);
    }
}

static void look_a_thousand_times(void *c)
{
    for (int look = 0; look < 1000; look++)
        assert_int_equal(ctx_err(c), CTX_OK);
}

TASK_TEST(many_tasks_that_look_do_not_move_time)
{
    int64_t start = clock_now();
    struct ctx *c = ctx_with_timeout(ctx_background(), HOUR);
    defer(ctx_drop, c);
    for (int task = 0; task < 5; task++)
        go(look_a_thousand_times, c);
    settle();
    assert_int_equal(clock_now(), start);
}

TASK_TEST(without_a_deadline_no_look_moves_time)
{
    int64_t start = clock_now();
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    for (int look = 0; look < 5000; look++)
        assert_int_equal(ctx_err(c), CTX_OK);
    assert_int_equal(clock_now(), start);
}

static void note_time(void *start)
{
    note("%d", (int)((clock_now() - *(int64_t *)start) / MILLISECOND));
}

/* What became due while a task was busy comes late, as under the real clock, and in order. */
TASK_TEST(what_is_due_meanwhile_comes_afterwards_in_order)
{
    int64_t start = clock_now();
    struct timer *second = timer_func(7 * MILLISECOND, note_time, &start);
    struct timer *first = timer_func(3 * MILLISECOND, note_time, &start);
    struct timer *later = timer_func(20 * MILLISECOND, note_time, &start);
    defer(timer_drop, second);
    defer(timer_drop, first);
    defer(timer_drop, later);
    struct ctx *c = ctx_with_timeout(ctx_background(), 10 * MILLISECOND);
    defer(ctx_drop, c);
    looks_until_the_end_of(c);
    expect_notes("");
    task_sleep(10 * MILLISECOND);
    expect_notes("10 10 20");
}

/* --- Errors of use ------------------------------------------------------------------------------- */

static void without_parent(void *unused)
{
    (void)unused;
    ctx_with_cancel(NULL);
}

static void deadline_without_parent(void *unused)
{
    (void)unused;
    ctx_with_timeout(NULL, SECOND);
}

static void value_without_parent(void *unused)
{
    (void)unused;
    ctx_with_value(NULL, "key", NULL);
}

static void endless_without_parent(void *unused)
{
    (void)unused;
    ctx_without_cancel(NULL);
}

static void value_without_key(void *unused)
{
    (void)unused;
    ctx_with_value(ctx_background(), NULL, "value");
}

static void no_parent_and_no_key_are_panics(void **state)
{
    (void)state;
    static const char words[] = "cannot create context from nil parent";
    support_expect_panic(without_parent, words);
    support_expect_panic(deadline_without_parent, words);
    support_expect_panic(value_without_parent, words);
    support_expect_panic(endless_without_parent, words);
    support_expect_panic(value_without_key, "nil key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_busy_task_sees_its_deadline_and_never_too_early),
        cmocka_unit_test(the_deadline_of_an_ancestor_ends_all_below_it),
        cmocka_unit_test(who_waits_for_it_is_woken_when_a_busy_task_looks),
        cmocka_unit_test(time_stands_still_for_a_thousand_looks_then_each_is_a_microsecond),
        cmocka_unit_test(who_parks_between_looks_has_its_thousand_anew),
        cmocka_unit_test(many_tasks_that_look_do_not_move_time),
        cmocka_unit_test(without_a_deadline_no_look_moves_time),
        cmocka_unit_test(what_is_due_meanwhile_comes_afterwards_in_order),
        cmocka_unit_test(no_parent_and_no_key_are_panics),
    };
    return cmocka_run_group_tests_name("contexts of who does not park", tests, NULL, NULL);
}
