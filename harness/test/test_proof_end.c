/* Ending what is proven to be leaked: each task leaves by its deferred calls, and nothing of it stays. */
#include "test/proof_cases.h"

#include "task/ctx.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <string.h>

/* --- Channels ----------------------------------------------------------------------------------- */

static void receive_and_tell(void *c)
{
    defer(chan_drop, c);
    defer(say, "outer");
    {
        defer(say, "inner");
        chan_recv(c, NULL);
        note("received");
    }
    note("went on");
}

STEP leave_a_receiver(void)
{
    go(receive_and_tell, chan_make(int, 0));
}

TASK_TEST(deferred_calls_are_run_last_deferred_first)
{
    leave_a_receiver();
    expect_ended(1);
    expect_notes("inner outer");
    assert_int_equal(task_count(), 1);
}

STEP leave_many_in_one_channel(int n)
{
    struct chan *c = chan_make(int, 0);
    for (int i = 0; i < n; i++)
        go(i % 2 ? receive : receive_and_tell, chan_ref(c));
    chan_drop(c);
}

TASK_TEST(all_who_wait_in_one_channel_leave_it)
{
    leave_many_in_one_channel(3);
    expect_ended(3);
    expect_notes("inner outer inner outer");
}

STEP leave_a_sender(void)
{
    go(send_one, chan_make(int, 0));
}

TASK_TEST(a_sender_ends_and_its_element_is_nobodys)
{
    leave_a_sender();
    expect_ended(1);
}

/* The channel is dropped by who made it: it lives for the one that waits in it. */
static void receive_from_dropped(void *c)
{
    chan_recv(c, NULL);
}

STEP leave_in_a_dropped_channel(void)
{
    struct chan *c = chan_make(int, 0);
    go(receive_from_dropped, c);
    go(receive_from_dropped, c);
    settle();
    chan_drop(c);
}

TASK_TEST(a_channel_that_nobody_holds_goes_with_the_last_that_waits)
{
    leave_in_a_dropped_channel();
    expect_ended(2);
    assert_int_equal(task_stats.channels, 0);
}

static void select_of_three(void *unused)
{
    (void)unused;
    struct chan *a = chan_make(int, 0), *b = chan_make(int, 1);
    defer(chan_drop, a);
    defer(chan_drop, b);
    int value = 1;
    chan_send(b, &value);
    chan_select(on_recv(a, &value), on_send(b, &value), on_recv(a, &value), on_recv(NULL, &value));
}

static void wait_for_nothing(void *how)
{
    defer(say, "left");
    if (strcmp(how, "receive") == 0)
        chan_recv(NULL, NULL);
    else if (strcmp(how, "send") == 0)
        chan_send(NULL, &(int){1});
    else
        chan_select_cases(NULL, 0);
}

TASK_TEST(selects_and_waits_for_nothing_at_all_end_too)
{
    go(select_of_three, NULL);
    go(wait_for_nothing, (void *)"receive");
    go(wait_for_nothing, (void *)"send");
    go(wait_for_nothing, (void *)"select");
    expect_ended(4);
    expect_notes("left left left");
}

/* A live one in the same channel stays there, and is served later. */
struct shared_by_live {
    struct chan *c;
    int got;
};

static void receive_into(void *arg)
{
    struct shared_by_live *s = arg;
    chan_recv(s->c, &s->got);
}

STEP leave_two(void)
{
    leave_a_receiver();
    leave_a_sender();
}

TASK_TEST(who_is_live_notices_nothing)
{
    struct shared_by_live s = {chan_make(int, 0), 0};
    go(receive_into, &s);
    leave_two();
    expect_ended(2);
    expect_notes("inner outer");
    assert_int_equal(task_count(), 2);
    chan_send(s.c, &(int){7});
    settle();
    assert_int_equal(s.got, 7);
    chan_drop(s.c);
}

/* --- Groups, contexts, timers ------------------------------------------------------------------- */

static void work_for_ever(void *group)
{
    struct chan *c = chan_make(int, 0);
    defer(wait_group_done, group);
    defer(say, "worker");
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

static void wait_for_workers(void *unused)
{
    (void)unused;
    struct wait_group group = {0};
    defer(say, "waiter");
    wait_group_add(&group, 2);
    go(work_for_ever, &group);
    go(work_for_ever, &group);
    wait_group_wait(&group);
    note("woken");
}

TASK_TEST(who_was_made_last_ends_first_and_what_it_needs_is_still_there)
{
    go(wait_for_workers, NULL);
    expect_ended(3);
    expect_notes("worker worker waiter");
}

static void hold_many_things(void *unused)
{
    (void)unused;
    struct ctx *ctx = ctx_with_cancel(ctx_background());
    defer(ctx_drop, ctx);
    defer(ctx_cancel, ctx);
    struct ctx *child = ctx_with_value(ctx, &ctx, NULL);
    defer(ctx_drop, child);
    struct timer *t = timer_new(HOUR);
    defer(timer_drop, t);
    defer(timer_stop, t);
    timer_stop(t);
    chan_recv(ctx_done(child), NULL);
}

TASK_TEST(what_is_deferred_goes_with_it)
{
    task_label("kind", "holder");
    go(hold_many_things, NULL);
    expect_ended(1);
    assert_int_equal(task_stats.contexts, 0);
    assert_int_equal(task_stats.timers, 0);
    assert_int_equal(task_stats.channels, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deferred_calls_are_run_last_deferred_first),
        cmocka_unit_test(all_who_wait_in_one_channel_leave_it),
        cmocka_unit_test(a_sender_ends_and_its_element_is_nobodys),
        cmocka_unit_test(a_channel_that_nobody_holds_goes_with_the_last_that_waits),
        cmocka_unit_test(selects_and_waits_for_nothing_at_all_end_too),
        cmocka_unit_test(who_is_live_notices_nothing),
        cmocka_unit_test(who_was_made_last_ends_first_and_what_it_needs_is_still_there),
        cmocka_unit_test(what_is_deferred_goes_with_it),
    };
    return cmocka_run_group_tests_name("ending what is leaked", tests, NULL, NULL);
}
