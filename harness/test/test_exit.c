/* task_exit(): the calling task's deferred calls are run, and it is no more. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/recover.h"
#include "task/wait_group.h"
#include <string.h>

static void say(const char *word)
{
    note("%s", word);
}

static void leave(void *unused)
{
    (void)unused;
    defer(say, "inner");
    task_exit();
}

static void leave_from_within(void *arg)
{
    defer(say, "outer");
    leave(arg);
    note("never");
}

TASK_TEST(its_deferred_calls_are_run_and_it_is_no_more)
{
    go(leave_from_within, NULL);
    settle();
    expect_notes("inner outer");
    assert_int_equal(task_count(), 1);
}

static void recover_in_vain(void *arg)
{
    defer(say, "outermost");
    task_recover(leave_from_within, arg, NULL);
    note("never");
}

TASK_TEST(nobody_recovers_from_it)
{
    go(recover_in_vain, NULL);
    settle();
    expect_notes("inner outer outermost");
    assert_int_equal(task_count(), 1);
}

static void wait_for(struct chan *c)
{
    chan_recv(c, NULL);
    note("waited");
}

struct work {
    struct wait_group group;
    struct chan *chan;
};

static void leave_and_wait(void *arg)
{
    struct work *work = arg;
    defer(wait_group_done, &work->group);
    defer(wait_for, work->chan);
    task_exit();
}

TASK_TEST(deferred_calls_may_park)
{
    struct work work = {.chan = chan_make(int, 0)};
    defer(chan_drop, work.chan);
    wait_group_add(&work.group, 2);
    go(leave_and_wait, &work);
    go(leave_and_wait, &work);
    settle();
    expect_notes("");
    chan_close(work.chan);
    wait_group_wait(&work.group);
    expect_notes("waited waited");
}

TASK_TEST(many_leave)
{
    for (int i = 0; i < 1000; i++) {
        go(leave, NULL);
        settle();
        expect_notes("inner");
    }
}

static void main_leaves(void *unused)
{
    (void)unused;
    go(leave, NULL);
    leave_from_within(NULL);
}

static void run_and_see(void *unused)
{
    (void)unused;
    assert_int_equal(task_run(main_leaves, NULL), 0);
    expect_notes("inner outer");
    assert_int_equal(task_count(), 1);
}

static void the_main_task_may_leave_too(void **state)
{
    (void)state;
    support_run_outside(run_and_see);
}

/* --- Panics on the way ------------------------------------------------------------------------------ */

static void close_nothing(void *unused)
{
    (void)unused;
    chan_close(NULL);
}

static void recover_from_trouble(void *unused)
{
    (void)unused;
    struct panic panic;
    assert_true(task_recover(close_nothing, NULL, &panic));
    note("%s", panic.message);
}

static void leave_with_trouble(void *unused)
{
    (void)unused;
    defer(say, "outer");
    defer(recover_from_trouble, NULL);
    task_exit();
}

TASK_TEST(a_deferred_call_may_panic_and_recover)
{
    go(leave_with_trouble, NULL);
    settle();
    expect_notes("close of nil channel outer");
}

static void leave_and_panic(void *unused)
{
    (void)unused;
    defer(close_nothing, NULL);
    task_exit();
}

static void recover_from_leaving(void *arg)
{
    task_recover(leave_and_panic, arg, NULL);
}

static void panic_and_leave(void *unused)
{
    (void)unused;
    defer(leave, NULL);
    chan_close(NULL);
}

static void leave_twice(void *unused)
{
    (void)unused;
    defer(leave, NULL);
    task_exit();
}

static void a_panic_in_its_deferred_calls_ends_the_program(void **state)
{
    (void)state;
    support_expect_panic(leave_and_panic, "close of nil channel");
    support_expect_panic(recover_from_leaving, "close of nil channel");
    support_expect_stop(panic_and_leave, "panic: close of nil channel\n"
                                         "\tpanic: task_exit() in a deferred call of a panic\n");
    support_expect_panic(leave_twice, "task_exit() in a deferred call of a task that exits");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_deferred_calls_are_run_and_it_is_no_more),
        cmocka_unit_test(nobody_recovers_from_it),
        cmocka_unit_test(deferred_calls_may_park),
        cmocka_unit_test(many_leave),
        cmocka_unit_test(the_main_task_may_leave_too),
        cmocka_unit_test(a_deferred_call_may_panic_and_recover),
        cmocka_unit_test(a_panic_in_its_deferred_calls_ends_the_program),
    };
    return cmocka_run_group_tests_name("exit", tests, NULL, NULL);
}
