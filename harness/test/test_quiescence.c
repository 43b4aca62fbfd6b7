/* When nothing is due any more: whatever ends is let end, however late; what time alone wakes for ever is
 * known by its turns. Each test would hang, or take minutes, where a bound did not hold. */
#include "test/support.h"

#include "profile/quiescence.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/io.h"
#include "task/mutex.h"
#include "task/timer.h"

#define DAY (24 * HOUR)

static struct quiescence reach(void)
{
    return quiescence_reach(INT64_MAX);
}

/* All has ended, and nothing spins. */
static void expect_end(int64_t after)
{
    int64_t start = clock_now();
    struct quiescence q = reach();
    assert_int_equal(task_count(), 1);
    assert_int_equal(task_stats.armed, 0);
    assert_int_equal(q.spinning_from, INT64_MAX);
    assert_false(q.restless || q.cut);
    assert_in_range(clock_now() - start, after, after + 1000); /* and some nanoseconds of looking */
}

static bool count_awake(const struct task_info *task, void *arg)
{
    struct quiescence *q = arg;
    q->cut |= task->since > q->spinning_from; /* borrowed: somebody is kept awake */
    return true;
}

/* The others that there are spin, and are told from those that are parked for good. */
static struct quiescence expect_spin(size_t tasks)
{
    struct quiescence q = reach();
    assert_int_equal(task_count(), tasks + 1);
    assert_true(q.spinning_from < INT64_MAX);
    assert_false(q.cut);
    struct quiescence seen = q;
    task_each(count_awake, &seen);
    assert_true(seen.cut || !tasks);
    return q;
}

/* --- What ends ------------------------------------------------------------------------------------ */

static void sleep_for(void *time)
{
    task_sleep(*(int64_t *)time);
}

TASK_TEST(whatever_is_due_has_its_time_however_far)
{
    static int64_t times[] = {11 * MINUTE, DAY, 365 * DAY};
    for (size_t i = 0; i < 3; i++) {
        go(sleep_for, &times[i]);
        expect_end(times[i]);
    }
}

TASK_TEST(a_bound_is_one)
{
    static int64_t day = DAY;
    go(sleep_for, &day);
    struct quiescence q = quiescence_reach(HOUR);
    assert_true(q.cut);
    assert_int_equal(task_count(), 2);
    expect_end(23 * HOUR);
}

enum { CHAIN = 1000 };
static struct chan *links[CHAIN + 1];

static void pass_on(void *number)
{
    intptr_t n = (intptr_t)number;
    chan_recv(links[n], NULL);
    task_sleep(MILLISECOND);
    chan_close(links[n + 1]);
}

TASK_TEST(a_chain_of_a_thousand_is_let_come_to_its_end)
{
    for (int i = 0; i <= CHAIN; i++)
        links[i] = chan_make(struct {}, 0);
    for (intptr_t i = 0; i < CHAIN; i++)
        go(pass_on, (void *)i);
    chan_close(links[0]);
    int64_t start = clock_now();
    struct quiescence q = reach();
    assert_int_equal(task_count(), 1);
    assert_int_equal(q.spinning_from, INT64_MAX);
    assert_true(clock_now() - start >= CHAIN * MILLISECOND);
    for (int i = 0; i <= CHAIN; i++)
        chan_drop(links[i]);
}

static void retry(void *tries)
{
    int64_t pause = MILLISECOND;
    for (intptr_t i = 0; i < (intptr_t)tries; i++, pause *= 2)
        task_sleep(pause);
}

TASK_TEST(a_retry_that_gives_up_is_let_give_up)
{
    go(retry, (void *)20);
    expect_end(((1 << 20) - 1) * MILLISECOND);
}

static void poll(void *times)
{
    for (intptr_t i = 0; i < (intptr_t)times; i++)
        task_sleep(100 * MILLISECOND);
}

TASK_TEST(three_thousand_looks_at_a_flag_are_let_happen)
{
    int64_t start = clock_now();
    go(poll, (void *)3000);
    struct quiescence q = reach();
    assert_int_equal(task_count(), 1);
    assert_int_equal(q.spinning_from, INT64_MAX);
    assert_true(clock_now() - start >= 300 * SECOND);
}

/* The flag is raised long after the loop has been set aside. */
static bool flag;

static void raise_flag(void *arg)
{
    (void)arg;
    flag = true;
}

static void look_at_flag(void *arg)
{
    (void)arg;
    while (!flag)
        task_sleep(SECOND);
}

TASK_TEST(a_loop_that_a_late_timer_ends_is_let_end)
{
    flag = false;
    go(look_at_flag, NULL);
    timer_drop(timer_func(DAY, raise_flag, NULL));
    expect_end(DAY);
}

struct ticking {
    struct ticker *ticker;
    struct chan *stop;
};

static void tick(void *arg)
{
    struct ticking *t = arg;
    while (chan_select(on_recv(ticker_chan(t->ticker), NULL), on_recv(t->stop, NULL)) == 0)
        continue;
    ticker_stop(t->ticker);
    ticker_drop(t->ticker);
}

static void close_it(void *c)
{
    chan_close(c);
}

TASK_TEST(a_ticker_that_is_stopped_after_a_day_is_let_be_stopped)
{
    static struct ticking t;
    t = (struct ticking){ticker_new(MILLISECOND), chan_make(struct {}, 0)};
    go(tick, &t);
    timer_drop(timer_func(DAY, close_it, t.stop));
    expect_end(DAY);
    chan_drop(t.stop);
}

static void hold_lock(void *lock)
{
    mutex_lock(lock);
    task_sleep(MINUTE);
    mutex_unlock(lock);
}

TASK_TEST(a_queue_for_a_lock_is_let_run_dry)
{
    enum { WAITERS = 200 };
    static struct mutex lock;
    for (int i = 0; i < WAITERS; i++)
        go(hold_lock, &lock);
    expect_end(WAITERS * MINUTE);
}

/* Neither time nor the scheduler ends it: it does so itself, after a long while. */
static void yield_many_times(void *times)
{
    for (intptr_t i = 0; i < (intptr_t)times; i++)
        task_yield();
}

TASK_TEST(a_long_way_without_a_pause_is_let_be_gone)
{
    go(yield_many_times, (void *)500000);
    expect_end(0);
}

/* --- What spins ------------------------------------------------------------------------------------ */

static void tick_for_ever(void *period)
{
    struct ticker *t = ticker_new(*(int64_t *)period);
    for (;;)
        chan_recv(ticker_chan(t), NULL);
}

LEAKING_TASK_TEST(a_fast_ticker_does_not_hold_up_a_slow_sleeper)
{
    static int64_t fast = 100 * MICROSECOND, year = 365 * DAY;
    int64_t start = clock_now();
    go(tick_for_ever, &fast);
    go(sleep_for, &year);
    expect_spin(1);
    assert_true(clock_now() - start >= year && clock_now() - start < year + HOUR);
}

static void sleep_for_ever(void *arg)
{
    (void)arg;
    for (;;)
        task_sleep(SECOND);
}

static void time_out_for_ever(void *arg)
{
    (void)arg;
    for (;;) {
        struct chan *c = timer_after(MINUTE);
        defer(chan_drop, c);
        chan_recv(c, NULL);
    }
}

static void expire_for_ever(void *arg)
{
    (void)arg;
    for (;;) {
        struct ctx *c = ctx_with_timeout(ctx_background(), SECOND);
        defer(ctx_drop, c);
        chan_recv(ctx_done(c), NULL);
    }
}

LEAKING_TASK_TEST(loops_over_sleeps_timers_and_deadlines_spin)
{
    go(sleep_for_ever, NULL);
    go(time_out_for_ever, NULL);
    go(expire_for_ever, NULL);
    expect_spin(3);
}

static void be_followed(void *arg)
{
    task_sleep(SECOND);
    go(be_followed, arg);
}

static void arm_again(void *arg)
{
    timer_drop(timer_func(SECOND, arm_again, arg));
}

LEAKING_TASK_TEST(a_task_that_makes_its_successor_spins)
{
    go(be_followed, NULL);
    expect_spin(1);
}

LEAKING_TASK_TEST(a_timer_that_arms_the_next_spins_without_a_task)
{
    arm_again(NULL);
    expect_spin(0);
    assert_int_equal(task_stats.armed, 1);
}

static void wait(void *c)
{
    chan_recv(c, NULL);
}

static bool is_awake(const struct task_info *task, void *arg)
{
    const struct quiescence *q = arg;
    if (task->id != task_id())
        assert_int_equal(task->since > q->spinning_from, task->reason == WAIT_SLEEP);
    return true;
}

LEAKING_TASK_TEST(who_is_parked_for_good_is_told_from_who_spins)
{
    struct chan *c = chan_make(int, 0);
    go(wait, c);
    go(sleep_for_ever, NULL);
    struct quiescence q = expect_spin(2);
    task_each(is_awake, &q);
}

LEAKING_TASK_TEST(many_that_spin_take_no_more_turns_each_than_a_few_hundred)
{
    enum { SPINNERS = 2000 };
    for (int i = 0; i < SPINNERS; i++)
        go(sleep_for_ever, NULL);
    int64_t start = clock_now();
    expect_spin(SPINNERS);
    assert_true(clock_now() - start < 500 * SECOND); /* one turn a second */
}

/* --- What never parks ------------------------------------------------------------------------------ */

static void yield_for_ever(void *arg)
{
    (void)arg;
    for (;;)
        task_yield();
}

static void pass_for_ever(void *c)
{
    struct chan **pair = c;
    for (;;) {
        chan_send(pair[0], NULL);
        chan_recv(pair[1], NULL);
    }
}

static void return_for_ever(void *c)
{
    struct chan **pair = c;
    for (;;) {
        chan_recv(pair[0], NULL);
        chan_send(pair[1], NULL);
    }
}

LEAKING_TASK_TEST(a_task_that_never_parks_does_not_hold_up_time)
{
    static int64_t year = 365 * DAY;
    static struct chan *pair[2];
    int64_t start = clock_now();
    for (int i = 0; i < 2; i++)
        pair[i] = chan_make(struct {}, 0);
    go(yield_for_ever, NULL);
    go(pass_for_ever, pair);
    go(return_for_ever, pair);
    go(sleep_for, &year);
    struct quiescence q = reach();
    assert_true(q.restless);
    assert_int_equal(task_count(), 4);
    assert_true(clock_now() - start >= year);
}

LEAKING_TASK_TEST(time_passes_on_wish_beside_a_task_that_never_parks)
{
    int64_t start = clock_now();
    for (int i = 0; i < 100; i++) {
        go(yield_for_ever, NULL);
        quiescence_pass_until(start + (i + 1) * SECOND);
        assert_int_equal(clock_now(), start + (i + 1) * SECOND);
    }
}

/* --- While it passes ------------------------------------------------------------------------------- */

static int64_t passed;

static void add(int64_t from, int64_t to)
{
    assert_true(from < to && from == clock_now());
    passed += to - from;
}

/* --- What the loop has ready ------------------------------------------------------------------------ */

static void read_within_a_minute(void *end)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), MINUTE);
    char byte;
    io_read(ctx, end, &byte, 1);
    ctx_drop(ctx);
}

/* It comes before time does, and then there may be no deadline any more. */
TASK_TEST(the_last_deadline_may_go_in_a_look_at_the_loop)
{
    static int64_t hour = HOUR;
    struct io *ends[2];
    go(sleep_for, &hour); /* what a loop is like that waits for nothing */
    expect_end(HOUR);
    assert_int_equal(io_pair(ends), 0);
    go(read_within_a_minute, ends[0]);
    task_yield();
    assert_int_equal(io_write(ctx_background(), ends[1], "x", 1), 1);
    expect_end(0);
    io_drop(ends[0]);
    io_drop(ends[1]);
}

TASK_TEST(all_time_that_passes_is_told)
{
    static int64_t hour = HOUR;
    passed = 0;
    quiescence_watch(add);
    int64_t start = clock_now();
    go(sleep_for, &hour);
    quiescence_pass_until(start + MINUTE);
    assert_int_equal(passed, MINUTE);
    reach();
    quiescence_watch(NULL);
    assert_int_equal(passed, HOUR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_due_has_its_time_however_far),
        cmocka_unit_test(a_bound_is_one),
        cmocka_unit_test(a_chain_of_a_thousand_is_let_come_to_its_end),
        cmocka_unit_test(a_retry_that_gives_up_is_let_give_up),
        cmocka_unit_test(three_thousand_looks_at_a_flag_are_let_happen),
        cmocka_unit_test(a_loop_that_a_late_timer_ends_is_let_end),
        cmocka_unit_test(a_ticker_that_is_stopped_after_a_day_is_let_be_stopped),
        cmocka_unit_test(a_queue_for_a_lock_is_let_run_dry),
        cmocka_unit_test(a_long_way_without_a_pause_is_let_be_gone),
        cmocka_unit_test(a_fast_ticker_does_not_hold_up_a_slow_sleeper),
        cmocka_unit_test(loops_over_sleeps_timers_and_deadlines_spin),
        cmocka_unit_test(a_task_that_makes_its_successor_spins),
        cmocka_unit_test(a_timer_that_arms_the_next_spins_without_a_task),
        cmocka_unit_test(who_is_parked_for_good_is_told_from_who_spins),
        cmocka_unit_test(many_that_spin_take_no_more_turns_each_than_a_few_hundred),
        cmocka_unit_test(a_task_that_never_parks_does_not_hold_up_time),
        cmocka_unit_test(time_passes_on_wish_beside_a_task_that_never_parks),
        cmocka_unit_test(the_last_deadline_may_go_in_a_look_at_the_loop),
        cmocka_unit_test(all_time_that_passes_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
