/* Close of a channel that very many wait in: it is one event, after which nobody waits any more. */
#include "test/operation.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/timer.h"

enum { CROWD = 1000 };

/* Those who have gone on, in this order. */
static struct {
    int numbers[2 * CROWD + 8], count;
} gone_on;

struct waiter {
    struct chan *gate;
    int number;
};

static void go_on(int number)
{
    gone_on.numbers[gone_on.count++] = number;
}

static void wait_at_gate(void *arg)
{
    struct waiter *w = arg;
    int64_t value = -1;
    assert_false(chan_recv(w->gate, &value));
    assert_int_equal(value, 0);
    go_on(w->number);
}

static void park_crowd(struct waiter *crowd, struct chan *gate, int count, int first)
{
    for (int i = 0; i < count; i++) {
        crowd[i] = (struct waiter){gate, first + i};
        go(wait_at_gate, &crowd[i]);
    }
    settle();
    gone_on.count = 0;
}

static void expect_in_order(int count)
{
    assert_int_equal(gone_on.count, count);
    for (int i = 0; i < count; i++)
        assert_int_equal(gone_on.numbers[i], i);
}

static void come_later(void *number)
{
    go_on((int)(intptr_t)number);
}

static void wait_and_spawn(void *arg)
{
    wait_at_gate(arg);
    go(come_later, (void *)(intptr_t)(CROWD + 1));
}

TASK_TEST(all_go_on_in_order_and_before_who_is_ready_later)
{
    static struct waiter crowd[CROWD];
    struct chan *gate = chan_make(int64_t, 0);
    struct waiter last = {gate, CROWD - 1};
    park_crowd(crowd, gate, CROWD - 1, 0);
    go(wait_and_spawn, &last);
    settle();
    chan_close(gate);
    chan_drop(gate);
    go(come_later, (void *)(intptr_t)CROWD);
    task_yield();
    expect_in_order(CROWD + 1);
    task_yield();
    expect_in_order(CROWD + 2);
    assert_int_equal(task_count(), 1);
}

TASK_TEST(two_crowds_go_on_one_after_the_other)
{
    static struct waiter crowds[2][CROWD];
    struct chan *gates[2];
    for (int i = 0; i < 2; i++) {
        gates[i] = chan_make(int64_t, 0);
        park_crowd(crowds[i], gates[i], CROWD, i * CROWD);
    }
    for (int i = 0; i < 2; i++) {
        chan_close(gates[i]);
        chan_drop(gates[i]);
    }
    task_yield();
    expect_in_order(2 * CROWD);
}

static void expect_nobody_waits(struct chan *c)
{
    struct chan_info info = chan_inspect(c);
    assert_int_equal(info.receivers, 0);
    assert_int_equal(info.senders, 0);
}

static bool is_not_parked(const struct task_info *task, void *arg)
{
    (void)arg;
    assert_int_not_equal(task->state, TASK_PARKED);
    return true;
}

/* They are not touched before they run, which nobody may see. */
TASK_TEST(after_a_close_all_who_waited_are_ready)
{
    static struct waiter crowd[CROWD];
    struct chan *gate = chan_make(int64_t, 0);
    park_crowd(crowd, gate, CROWD, 0);
    assert_int_equal(parked(), CROWD);
    chan_close(gate);
    assert_int_equal(parked(), 0);
    task_each(is_not_parked, NULL);
    expect_nobody_waits(gate);
    assert_int_equal(gone_on.count, 0);
    chan_drop(gate);
    settle();
    expect_in_order(CROWD);
}

/* --- Those in a select, who wait elsewhere too ---------------------------------------------------- */

struct worker {
    struct chan *quit, *jobs;
    int number, chosen;
};

static void work(void *arg)
{
    struct worker *w = arg;
    int64_t job;
    w->chosen = chan_select(on_recv(w->quit, NULL), on_recv(w->jobs, &job));
    go_on(w->number);
}

static void park_workers(struct worker *workers, int count, struct chan *quit, struct chan *jobs)
{
    for (int i = 0; i < count; i++) {
        workers[i] = (struct worker){quit, jobs, i, -1};
        go(work, &workers[i]);
    }
    settle();
    gone_on.count = 0;
}

static void expect_all_quit(const struct worker *workers, int count, struct chan *jobs)
{
    assert_int_equal(parked(), 0);
    task_each(is_not_parked, NULL);
    expect_nobody_waits(jobs);
    assert_false(chan_try_send(jobs, &(int64_t){1}));
    settle();
    expect_in_order(count);
    for (int i = 0; i < count; i++)
        assert_int_equal(workers[i].chosen, 0);
}

TASK_TEST(after_a_close_nobody_waits_in_it_nor_elsewhere)
{
    static struct worker workers[CROWD];
    struct chan *quit = chan_make(struct {}, 0), *jobs = chan_make(int64_t, 0);
    defer(chan_drop, quit);
    defer(chan_drop, jobs);
    park_workers(workers, CROWD, quit, jobs);
    chan_close(quit);
    assert_true(chan_inspect(quit).closed);
    expect_nobody_waits(quit);
    expect_all_quit(workers, CROWD, jobs);
}

TASK_TEST(after_a_cancel_nobody_waits_for_it_nor_elsewhere)
{
    static struct worker workers[CROWD];
    struct ctx *ctx = ctx_with_cancel(ctx_background());
    struct chan *jobs = chan_make(int64_t, 0);
    defer(ctx_drop, ctx);
    defer(chan_drop, jobs);
    park_workers(workers, CROWD, ctx_done(ctx), jobs);
    ctx_cancel(ctx);
    expect_nobody_waits(ctx_done(ctx));
    expect_all_quit(workers, CROWD, jobs);
}

static void send_or_quit(void *arg)
{
    struct worker *w = arg;
    w->chosen = chan_select(on_send(w->jobs, &(int64_t){5}), on_recv(w->quit, NULL),
                            on_recv(w->quit, NULL));
    go_on(w->number);
}

/* Senders elsewhere, and twice in the channel that is closed. */
TASK_TEST(who_would_send_elsewhere_does_not_after_the_close)
{
    static struct worker workers[CROWD];
    struct chan *quit = chan_make(struct {}, 0), *jobs = chan_make(int64_t, 0);
    defer(chan_drop, quit);
    defer(chan_drop, jobs);
    for (int i = 0; i < CROWD; i++) {
        workers[i] = (struct worker){quit, jobs, i, -1};
        go(send_or_quit, &workers[i]);
    }
    settle();
    assert_int_equal(chan_inspect(quit).receivers, 2 * CROWD);
    gone_on.count = 0;
    chan_close(quit);
    expect_nobody_waits(quit);
    expect_nobody_waits(jobs);
    assert_false(chan_try_recv(jobs, NULL, NULL));
    settle();
    expect_in_order(CROWD);
    for (int i = 0; i < CROWD; i++)
        assert_in_range(workers[i].chosen, 1, 2);
}

/* When the last who waits has gone on, a channel that nobody holds any more goes too. */
TASK_TEST(a_close_frees_the_other_channel_that_only_selects_kept)
{
    static struct worker workers[CROWD];
    struct chan *quit = chan_make(struct {}, 0), *jobs = chan_make(int64_t, 0);
    park_workers(workers, CROWD, quit, jobs);
    chan_drop(jobs);
    assert_int_equal(task_stats.channels, 2);
    chan_close(quit);
    assert_int_equal(task_stats.channels, 1);
    chan_drop(quit);
    settle();
    expect_in_order(CROWD);
}

TASK_TEST(receivers_and_selects_go_on_in_one_order)
{
    static struct waiter waiters[CROWD];
    static struct worker workers[CROWD];
    struct chan *quit = chan_make(int64_t, 0), *jobs = chan_make(int64_t, 0);
    defer(chan_drop, quit);
    defer(chan_drop, jobs);
    for (int i = 0; i < CROWD; i++) {
        waiters[i] = (struct waiter){quit, i};
        workers[i] = (struct worker){quit, jobs, i, -1};
        if (i % 3)
            go(wait_at_gate, &waiters[i]);
        else
            go(work, &workers[i]);
    }
    settle();
    gone_on.count = 0;
    chan_close(quit);
    settle();
    expect_in_order(CROWD);
}

/* --- From elsewhere -------------------------------------------------------------------------------- */

static void close_in_the_loop(void *gate)
{
    assert_int_equal(task_id(), 0);
    chan_close(gate);
}

TASK_TEST(the_loop_can_close_too)
{
    static struct waiter crowd[CROWD];
    struct chan *gate = chan_make(int64_t, 0);
    park_crowd(crowd, gate, CROWD, 0);
    struct timer *timer = timer_func(SECOND, close_in_the_loop, gate);
    task_sleep(2 * SECOND);
    expect_in_order(CROWD);
    timer_drop(timer);
    chan_drop(gate);
}

static struct waiter left_behind[CROWD];

static void close_and_end(void *gate)
{
    park_crowd(left_behind, gate, CROWD, 0);
    chan_close(gate);
}

static void let_them(void *arg)
{
    (void)arg;
    task_yield();
}

/* The first task ends before the crowd runs: they go on when tasks run again. */
static void over_two_runs(void **state)
{
    (void)state;
    struct chan *gate = chan_make(int64_t, 0);
    assert_int_equal(task_run(close_and_end, gate), 0);
    chan_drop(gate);
    assert_int_equal(gone_on.count, 0);
    assert_int_equal(task_run(let_them, NULL), 0);
    expect_in_order(CROWD);
    assert_int_equal(task_count(), 0);
    assert_int_equal(task_stats.channels, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_go_on_in_order_and_before_who_is_ready_later),
        cmocka_unit_test(two_crowds_go_on_one_after_the_other),
        cmocka_unit_test(after_a_close_all_who_waited_are_ready),
        cmocka_unit_test(after_a_close_nobody_waits_in_it_nor_elsewhere),
        cmocka_unit_test(after_a_cancel_nobody_waits_for_it_nor_elsewhere),
        cmocka_unit_test(who_would_send_elsewhere_does_not_after_the_close),
        cmocka_unit_test(a_close_frees_the_other_channel_that_only_selects_kept),
        cmocka_unit_test(receivers_and_selects_go_on_in_one_order),
        cmocka_unit_test(the_loop_can_close_too),
        cmocka_unit_test(over_two_runs),
    };
    return cmocka_run_group_tests_name("close", tests, NULL, NULL);
}
