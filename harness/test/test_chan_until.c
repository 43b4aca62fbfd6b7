/* Sends and receives that wait until a time: what comes first counts, and leaves nothing behind. */
#include "test/support.h"

#include "task/chan.h"
#include "task/chan_until.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/timer.h"

TASK_TEST(a_receive_takes_what_comes_in_time)
{
    int64_t start = clock_now();
    struct chan *c = timer_after(SECOND);
    defer(chan_drop, c);
    int64_t at = 0;
    assert_int_equal(chan_recv_until(c, &at, start + 2 * SECOND), CHAN_RECV_VALUE);
    assert_int_equal(at, start + SECOND);
    assert_int_equal(clock_now(), start + SECOND);
    assert_int_equal(task_stats.armed, 0);
}

TASK_TEST(a_receive_gives_up_at_its_time)
{
    int64_t start = clock_now();
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    int value = 7;
    assert_int_equal(chan_recv_until(c, &value, start + SECOND), CHAN_RECV_TIMED_OUT);
    assert_int_equal(clock_now(), start + SECOND);
    assert_int_equal(value, 7);
    assert_int_equal(chan_inspect(c).receivers, 0);
    assert_false(chan_try_send(c, &value)); /* nobody is there any more */
}

static void close_after_a_second(void *c)
{
    task_sleep(SECOND);
    chan_close(c);
}

TASK_TEST(a_close_ends_a_receive)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    int value = 7;
    go(close_after_a_second, c);
    assert_int_equal(chan_recv_until(c, &value, clock_now() + HOUR), CHAN_RECV_CLOSED);
    assert_int_equal(value, 0);
    value = 7;
    assert_int_equal(chan_recv_until(c, &value, clock_now() + HOUR), CHAN_RECV_CLOSED);
    assert_int_equal(value, 0);
    assert_int_equal(task_stats.armed, 0);
}

TASK_TEST(what_is_there_is_taken_however_late_it_is)
{
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    int64_t past = clock_now() - SECOND;
    int value = 0;
    assert_true(chan_send_until(c, &(int){5}, past));
    assert_false(chan_send_until(c, &(int){6}, past));
    assert_int_equal(chan_recv_until(c, &value, past), CHAN_RECV_VALUE);
    assert_int_equal(value, 5);
    assert_int_equal(chan_recv_until(c, &value, clock_now()), CHAN_RECV_TIMED_OUT);
}

static void take_after_a_second(void *c)
{
    int value;
    task_sleep(SECOND);
    chan_recv(c, &value);
    note("took %d", value);
}

TASK_TEST(a_send_waits_for_who_takes_it)
{
    int64_t start = clock_now();
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(take_after_a_second, c);
    assert_false(chan_send_until(c, &(int){1}, start + SECOND / 2));
    assert_int_equal(clock_now(), start + SECOND / 2);
    assert_true(chan_send_until(c, &(int){2}, start + HOUR));
    assert_int_equal(clock_now(), start + SECOND);
    settle();
    expect_notes("took 2");
    assert_int_equal(task_stats.armed, 0);
}

TASK_TEST(a_null_channel_waits_for_the_time_alone)
{
    int64_t start = clock_now();
    assert_int_equal(chan_recv_until(NULL, NULL, start + SECOND), CHAN_RECV_TIMED_OUT);
    assert_false(chan_send_until(NULL, &(int){1}, start + 2 * SECOND));
    assert_int_equal(clock_now(), start + 2 * SECOND);
}

/* --- Both at once ------------------------------------------------------------------------------- */

struct receiver {
    struct chan *chan;
    int64_t deadline;
};

static void receive(void *arg)
{
    struct receiver *r = arg;
    int value = 0;
    switch (chan_recv_until(r->chan, &value, r->deadline)) {
    case CHAN_RECV_VALUE:
        note("%d", value);
        break;
    case CHAN_RECV_CLOSED:
        note("closed");
        break;
    case CHAN_RECV_TIMED_OUT:
        note("late");
    }
}

static void send_in_the_loop(void *c)
{
    assert_true(chan_try_send(c, &(int){4}));
}

/* The timer serves the receiver; the receiver's deadline comes before its turn. */
TASK_TEST(who_is_served_at_the_last_moment_is_served)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    int64_t deadline = clock_now() + SECOND;
    struct timer *t = timer_func(SECOND, send_in_the_loop, c);
    defer(timer_drop, t);
    struct receiver r = {c, deadline};
    go(receive, &r);
    task_sleep(2 * SECOND);
    expect_notes("4");
    assert_int_equal(task_stats.armed, 0);
}

TASK_TEST(who_gives_up_leaves_the_others_in_their_order)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    int64_t start = clock_now();
    struct receiver all[] = {
        {c, start + HOUR}, {c, start + 1}, {c, start + HOUR}, {c, start + 2}, {c, start + HOUR}};
    for (int i = 0; i < 5; i++)
        go(receive, &all[i]);
    task_sleep(SECOND);
    settle();
    expect_notes("late late");
    for (int i = 1; i <= 3; i++)
        assert_true(chan_try_send(c, &i));
    assert_false(chan_try_send(c, &(int){4}));
    settle();
    expect_notes("1 2 3");
}

TASK_TEST(who_waits_keeps_a_dropped_channel_and_frees_it)
{
    uint64_t before = task_stats.channels;
    struct receiver r = {chan_make(int, 0), clock_now() + SECOND};
    go(receive, &r);
    settle();
    chan_drop(r.chan);
    assert_int_equal(task_stats.channels, before + 1);
    task_sleep(SECOND);
    settle();
    expect_notes("late");
    assert_int_equal(task_stats.channels, before);
}

TASK_TEST(the_wait_is_told_as_what_it_is)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct receiver r = {c, clock_now() + SECOND}, nowhere = {NULL, clock_now() + SECOND};
    go(receive, &r);
    go(receive, &nowhere);
    settle();
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE], 1);
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE_NIL], 1);
    assert_int_equal(chan_inspect(c).receivers, 1);
    task_sleep(2 * SECOND);
    expect_notes("late late");
}

/* --- Errors of use ------------------------------------------------------------------------------- */

static void send_to_closed(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 1);
    chan_close(c);
    chan_send_until(c, &(int){1}, clock_now() + SECOND);
}

static void send_to_closing(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    go(close_after_a_second, c);
    chan_send_until(c, &(int){1}, clock_now() + HOUR);
}

static void a_send_to_a_closed_channel_panics(void **state)
{
    (void)state;
    support_expect_panic(send_to_closed, "send on closed channel");
    support_expect_panic(send_to_closing, "send on closed channel");
    support_expect_stop(send_to_closing, "\tsent at ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receive_takes_what_comes_in_time),
        cmocka_unit_test(a_receive_gives_up_at_its_time),
        cmocka_unit_test(a_close_ends_a_receive),
        cmocka_unit_test(what_is_there_is_taken_however_late_it_is),
        cmocka_unit_test(a_send_waits_for_who_takes_it),
        cmocka_unit_test(a_null_channel_waits_for_the_time_alone),
        cmocka_unit_test(who_is_served_at_the_last_moment_is_served),
        cmocka_unit_test(who_gives_up_leaves_the_others_in_their_order),
        cmocka_unit_test(who_waits_keeps_a_dropped_channel_and_frees_it),
        cmocka_unit_test(the_wait_is_told_as_what_it_is),
        cmocka_unit_test(a_send_to_a_closed_channel_panics),
    };
    return cmocka_run_group_tests_name("channels until a time", tests, NULL, NULL);
}
