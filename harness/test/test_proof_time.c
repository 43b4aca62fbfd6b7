/* Proof over time and the loop: sleeps, timers, contexts, I/O, handles. What only a time wakes is known as such. */
#include "test/proof_cases.h"

#include "task/chan_until.h"
#include "task/ctx.h"
#include "task/io.h"
#include "task/loop.h"
#include "task/time.h"
#include "task/timer.h"
#include <unistd.h>

/* --- Sleeps and timers -------------------------------------------------------------------------- */

static void sleep_for_ever(void *unused)
{
    (void)unused;
    for (;;)
        task_sleep(SECOND);
}

static void follow_ticker(void *unused)
{
    (void)unused;
    struct ticker *t = ticker_new(SECOND);
    defer(ticker_drop, t);
    for (;;)
        chan_recv(ticker_chan(t), NULL);
}

LEAKING_TASK_TEST(loops_over_sleeps_and_tickers_go_by_time_alone)
{
    for (int i = 0; i < 10; i++) {
        go(sleep_for_ever, NULL);
        go(follow_ticker, NULL);
    }
    expect_by_time(20);
    task_sleep(HOUR);
    expect_by_time(20);
}

static struct ticker *volatile known_ticker;

static void follow_known_ticker(void *unused)
{
    (void)unused;
    known_ticker = ticker_new(SECOND);
    for (;;)
        chan_recv(ticker_chan(known_ticker), NULL);
}

LEAKING_TASK_TEST(a_ticker_that_somebody_may_reset_is_live_anyhow)
{
    go(follow_known_ticker, NULL);
    expect_live(1);
}

static void wait_an_hour(void *c)
{
    defer(chan_drop, c);
    struct chan *hour = timer_after(HOUR);
    defer(chan_drop, hour);
    chan_select(on_recv(c, NULL), on_recv(hour, NULL));
}

STEP leave_waits_of_an_hour(int n)
{
    for (int i = 0; i < n; i++)
        go(wait_an_hour, chan_make(int, 0));
}

LEAKING_TASK_TEST(a_select_with_a_timer_ends_by_time)
{
    leave_waits_of_an_hour(10);
    expect_by_time(10);
    task_sleep(2 * HOUR);
    settle();
    assert_int_equal(task_count(), 1);
}

static void wait_for_stopped_timer(void *unused)
{
    (void)unused;
    struct timer *t = timer_new(HOUR);
    defer(timer_drop, t);
    timer_stop(t);
    chan_recv(timer_chan(t), NULL);
}

LEAKING_TASK_TEST(a_timer_that_was_stopped_wakes_nobody)
{
    go(wait_for_stopped_timer, NULL);
    expect_leaked(1);
}

static void send_later(void *c)
{
    chan_try_send(c, &(int){1});
    chan_drop(c);
}

STEP leave_a_function_for_later(void)
{
    struct chan *c = chan_make(int, 0);
    go(receive, chan_ref(c));
    timer_drop(timer_func(HOUR, send_later, c));
}

LEAKING_TASK_TEST(a_function_that_is_called_later_may_wake)
{
    leave_a_function_for_later();
    expect_by_time(1);
}

static void receive_until(void *c)
{
    defer(chan_drop, c);
    chan_recv_until(c, NULL, clock_now() + HOUR);
}

STEP leave_a_receive_until(void)
{
    go(receive_until, chan_make(int, 0));
}

LEAKING_TASK_TEST(a_receive_until_a_time_ends_by_time)
{
    leave_a_receive_until();
    expect_by_time(1);
}

/* --- Contexts ----------------------------------------------------------------------------------- */

static void await_end(void *arg)
{
    struct ctx *c = arg;
    defer(ctx_drop, c);
    chan_recv(ctx_done(c), NULL);
}

static struct ctx *volatile held;

STEP leave_waiting_for(struct ctx *c)
{
    go(await_end, ctx_ref(c));
    ctx_drop(c);
}

STEP leave_waiting_for_background(void)
{
    leave_waiting_for(ctx_with_cancel(ctx_background()));
}

LEAKING_TASK_TEST(a_context_that_nobody_can_cancel)
{
    leave_waiting_for_background();
    expect_leaked(1);
}

STEP leave_waiting_until(int64_t duration)
{
    leave_waiting_for(ctx_with_timeout(ctx_background(), duration));
}

LEAKING_TASK_TEST(a_context_with_a_deadline_ends)
{
    leave_waiting_until(HOUR);
    expect_by_time(1);
}

/* Below the one that is held, or beside it. */
STEP leave_family(void)
{
    struct ctx *root = ctx_with_cancel(ctx_background()), *child = ctx_with_cancel(root);
    held = ctx_with_cancel(child);
    struct ctx *sibling = ctx_with_cancel(child), *grandchild = ctx_with_cancel(held);
    go(await_end, root);
    go(await_end, child);
    go(await_end, sibling);
    go(await_end, grandchild);
}

LEAKING_TASK_TEST(who_has_a_context_cancels_what_is_below_it_alone)
{
    leave_family();
    EXPECT_VERDICTS(1, 0, 0, 3);
}

STEP leave_below_a_parent(bool with_deadline)
{
    struct ctx *parent = with_deadline ? ctx_with_timeout(ctx_background(), HOUR)
                                       : ctx_with_cancel(ctx_background());
    leave_waiting_for(ctx_with_cancel(ctx_with_cancel(parent)));
    held = with_deadline ? NULL : parent;
}

LEAKING_TASK_TEST(a_parents_holder_may_cancel)
{
    leave_below_a_parent(false);
    expect_live(1);
}

LEAKING_TASK_TEST(a_parents_deadline_comes)
{
    leave_below_a_parent(true);
    expect_by_time(1);
}

static const int key;

STEP leave_a_value(void)
{
    struct chan *c = chan_make(int, 0);
    go(receive, chan_ref(c));
    struct ctx *with = ctx_with_value(ctx_background(), &key, c);
    held = ctx_with_cancel(ctx_with_cancel(with));
}

LEAKING_TASK_TEST(who_has_a_context_has_the_values_of_those_above)
{
    leave_a_value();
    expect_live(1);
}

static void serve_after(void *c)
{
    chan_try_send(c, &(int){1});
    chan_drop(c);
}

STEP leave_a_call_after(bool is_held)
{
    struct chan *c = chan_make(int, 0);
    struct ctx *ctx = ctx_with_cancel(ctx_background());
    go(receive, chan_ref(c));
    ctx_after_drop(ctx_after_func(ctx, serve_after, c));
    if (is_held)
        held = ctx;
    else
        go(await_end, ctx);
}

LEAKING_TASK_TEST(what_is_called_after_a_contexts_end_may_wake)
{
    leave_a_call_after(true);
    expect_live(1);
}

LEAKING_TASK_TEST(what_is_called_after_an_end_that_never_comes)
{
    leave_a_call_after(false);
    expect_leaked(2);
}

STEP leave_endless(void)
{
    struct ctx *parent = ctx_with_cancel(ctx_background());
    leave_waiting_for(ctx_without_cancel(parent));
    held = parent;
}

LEAKING_TASK_TEST(a_context_without_cancel_never_ends)
{
    leave_endless();
    expect_leaked(1);
}

/* --- The outside world -------------------------------------------------------------------------- */

static int ends[2];

static void read_from_pipe(void *unused)
{
    (void)unused;
    char byte;
    struct io *io = NULL;
    assert_int_equal(io_open(ends[0], &io), 0);
    io_read(ctx_background(), io, &byte, 1);
    io_drop(io);
}

LEAKING_TASK_TEST(who_waits_for_a_pipe_may_be_written_to)
{
    assert_int_equal(pipe(ends), 0);
    go(read_from_pipe, NULL);
    assert_true(expect_live(1) == CAUSE_IO);
}

/* A handle and what its callback has. */
struct connection {
    char fill[100];
    uv_timer_t handle;
    struct chan *c;
};

static void on_timer(uv_timer_t *handle)
{
    struct connection *c = (void *)((char *)handle - offsetof(struct connection, handle));
    chan_try_send(c->c, &(int){1});
}

static struct connection *make_connection(void)
{
    struct connection *c = calloc(1, sizeof *c);
    uv_timer_init(task_loop(), &c->handle);
    c->c = chan_make(int, 0);
    go(receive, chan_ref(c->c));
    return c;
}

/* Others stand before and behind it in the loop's list. */
STEP leave_connections(bool is_active)
{
    make_connection();
    struct connection *c = make_connection();
    make_connection();
    if (is_active)
        uv_timer_start(&c->handle, on_timer, 3600000, 0);
}

LEAKING_TASK_TEST(an_active_handle_has_what_lies_around_it)
{
    leave_connections(true);
    EXPECT_VERDICTS(1, 0, 0, 2);
}

LEAKING_TASK_TEST(a_handle_that_is_not_active_calls_nobody)
{
    leave_connections(false);
    expect_leaked(3);
    uv_run(task_loop(), UV_RUN_NOWAIT); /* its links are as they were */
    expect_leaked(3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_over_sleeps_and_tickers_go_by_time_alone),
        cmocka_unit_test(a_ticker_that_somebody_may_reset_is_live_anyhow),
        cmocka_unit_test(a_select_with_a_timer_ends_by_time),
        cmocka_unit_test(a_timer_that_was_stopped_wakes_nobody),
        cmocka_unit_test(a_function_that_is_called_later_may_wake),
        cmocka_unit_test(a_receive_until_a_time_ends_by_time),
        cmocka_unit_test(a_context_that_nobody_can_cancel),
        cmocka_unit_test(a_context_with_a_deadline_ends),
        cmocka_unit_test(who_has_a_context_cancels_what_is_below_it_alone),
        cmocka_unit_test(a_parents_holder_may_cancel),
        cmocka_unit_test(a_parents_deadline_comes),
        cmocka_unit_test(who_has_a_context_has_the_values_of_those_above),
        cmocka_unit_test(what_is_called_after_a_contexts_end_may_wake),
        cmocka_unit_test(what_is_called_after_an_end_that_never_comes),
        cmocka_unit_test(a_context_without_cancel_never_ends),
        cmocka_unit_test(who_waits_for_a_pipe_may_be_written_to),
        cmocka_unit_test(an_active_handle_has_what_lies_around_it),
        cmocka_unit_test(a_handle_that_is_not_active_calls_nobody),
    };
    return cmocka_run_group_tests_name("proof of times", tests, NULL, NULL);
}
