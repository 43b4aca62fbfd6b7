/* Timers and tickers under the virtual clock: when they fire, what stop and reset leave, who keeps
 * them. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/timer.h"
#include <stdlib.h>

/* The time that a channel delivers; it must be the one at which it was sent. */
static int64_t receive_time(struct chan *c)
{
    int64_t value = -1;
    assert_true(chan_recv(c, &value));
    return value;
}

static bool has_value(struct chan *c)
{
    bool ok;
    return chan_try_recv(c, NULL, &ok);
}

TASK_TEST(timer_after_sends_the_time_at_its_time)
{
    int64_t start = clock_now();
    struct chan *c = timer_after(3 * SECOND);
    defer(chan_drop, c);
    assert_int_equal(receive_time(c), start + 3 * SECOND);
    assert_int_equal(clock_now(), start + 3 * SECOND);
}

TASK_TEST(a_timer_fires_once)
{
    struct timer *t = timer_new(SECOND);
    defer(timer_drop, t);
    receive_time(timer_chan(t));
    task_sleep(HOUR);
    assert_false(has_value(timer_chan(t)));
    assert_int_equal(task_stats.armed, 0);
}

TASK_TEST(no_time_at_all_fires_at_the_next_look)
{
    int64_t start = clock_now();
    struct chan *now = timer_after(0), *before = timer_after(-HOUR);
    defer(chan_drop, now);
    defer(chan_drop, before);
    assert_int_equal(receive_time(before), start);
    assert_int_equal(receive_time(now), start);
}

TASK_TEST(timers_fire_by_deadline_and_not_by_age)
{
    enum { TIMERS = 2000 };
    static struct chan *chans[TIMERS];
    static int64_t due[TIMERS];
    int64_t start = clock_now();
    uint64_t seed = 11;
    for (int i = 0; i < TIMERS; i++) {
        int64_t after = (int64_t)(support_random(&seed) % 1000 + 1) * MILLISECOND;
        due[i] = start + after;
        chans[i] = timer_after(after);
    }
    while (task_stats.armed) {
        task_sleep(MILLISECOND);
        for (int i = 0; i < TIMERS; i++)
            assert_int_equal(chan_len(chans[i]), due[i] <= clock_now());
    }
    for (int i = 0; i < TIMERS; i++) {
        assert_int_equal(receive_time(chans[i]), due[i]);
        chan_drop(chans[i]);
    }
}

static void note_number(void *arg)
{
    note("%d", *(int *)arg);
}

TASK_TEST(equal_deadlines_fire_in_the_order_they_were_armed)
{
    static int numbers[] = {1, 2, 3, 4, 5, 6};
    struct timer *timers[6];
    for (int i = 0; i < 6; i++)
        timers[i] = timer_func(SECOND, note_number, &numbers[i]);
    timer_reset(timers[0], SECOND);
    task_sleep(2 * SECOND);
    expect_notes("2 3 4 5 6 1");
    for (int i = 0; i < 6; i++)
        timer_drop(timers[i]);
}

TASK_TEST(a_heap_of_timers_survives_stops_in_any_order)
{
    enum { TIMERS = 3000 };
    static struct timer *timers[TIMERS];
    static int64_t due[TIMERS];
    uint64_t seed = 5;
    for (int i = 0; i < TIMERS; i++) {
        int64_t after = (int64_t)(support_random(&seed) % SECOND) + 1;
        timers[i] = timer_new(after);
        due[i] = clock_now() + after;
    }
    for (int turn = 0; turn < TIMERS; turn++) {
        int i = (int)(support_random(&seed) % TIMERS);
        if (support_random(&seed) % 2) {
            assert_int_equal(timer_stop(timers[i]), due[i] > 0);
            due[i] = 0;
        } else {
            int64_t after = (int64_t)(support_random(&seed) % SECOND) + 1;
            assert_int_equal(timer_reset(timers[i], after), due[i] > 0);
            due[i] = clock_now() + after;
        }
    }
    task_sleep(2 * SECOND);
    assert_int_equal(task_stats.armed, 0);
    for (int i = 0; i < TIMERS; i++) {
        if (due[i])
            assert_int_equal(receive_time(timer_chan(timers[i])), due[i]);
        assert_false(has_value(timer_chan(timers[i])));
        timer_drop(timers[i]);
    }
}

TASK_TEST(an_armed_timer_is_held_until_it_fires)
{
    uint64_t timers = task_stats.timers, channels = task_stats.channels;
    chan_drop(timer_after(SECOND));
    timer_drop(timer_new(SECOND));
    assert_int_equal(task_stats.timers, timers + 2);
    assert_int_equal(task_stats.channels, channels + 2);
    assert_int_equal(task_stats.armed, 2);
    task_sleep(SECOND - 1);
    assert_int_equal(task_stats.timers, timers + 2);
    task_sleep(2);
    assert_int_equal(task_stats.timers, timers);
    assert_int_equal(task_stats.channels, channels);
}

TASK_TEST(a_stopped_timer_goes_with_its_last_reference)
{
    uint64_t before = task_stats.timers;
    struct timer *t = timer_new(HOUR);
    assert_true(timer_stop(t));
    assert_int_equal(task_stats.armed, 0);
    timer_drop(t);
    assert_int_equal(task_stats.timers, before);
}

TASK_TEST(stop_says_whether_it_kept_the_value_from_being_received)
{
    struct timer *t = timer_new(SECOND);
    defer(timer_drop, t);
    assert_true(timer_stop(t));
    assert_false(timer_stop(t));
    task_sleep(2 * SECOND);
    assert_false(has_value(timer_chan(t)));

    assert_false(timer_reset(t, SECOND));
    receive_time(timer_chan(t));
    assert_false(timer_stop(t));

    timer_reset(t, SECOND);
    task_sleep(2 * SECOND); /* fired, and nobody took it */
    assert_true(timer_stop(t));
    assert_false(has_value(timer_chan(t)));
    assert_false(timer_stop(t));
}

TASK_TEST(reset_starts_anew_and_leaves_no_stale_value)
{
    struct timer *t = timer_new(SECOND);
    defer(timer_drop, t);
    task_sleep(SECOND / 2);
    assert_true(timer_reset(t, SECOND));
    int64_t start = clock_now();
    assert_int_equal(receive_time(timer_chan(t)), start + SECOND);

    timer_reset(t, SECOND);
    task_sleep(5 * SECOND); /* a value lies there now */
    start = clock_now();
    assert_true(timer_reset(t, 3 * SECOND));
    assert_false(has_value(timer_chan(t)));
    assert_int_equal(receive_time(timer_chan(t)), start + 3 * SECOND);
    assert_false(timer_reset(t, SECOND));
    assert_true(timer_reset(t, 2 * SECOND));
    assert_true(timer_stop(t));
}

static struct chan *call_target;

static void send_from_callback(void *arg)
{
    assert_int_equal(task_id(), 0);
    assert_true(chan_try_send(call_target, arg));
}

TASK_TEST(timer_func_calls_outside_of_tasks)
{
    int64_t start = clock_now();
    call_target = chan_make(int, 1);
    defer(chan_drop, call_target);
    int value = 42;
    struct timer *t = timer_func(SECOND, send_from_callback, &value);
    defer(timer_drop, t);
    assert_null(timer_chan(t));
    value = 43; /* arg is a pointer, not a copy */
    int got = 0;
    assert_true(chan_recv(call_target, &got));
    assert_int_equal(got, 43);
    assert_int_equal(clock_now(), start + SECOND);
    assert_false(timer_stop(t));
    assert_false(timer_reset(t, SECOND));
    assert_true(timer_stop(t));
    task_sleep(2 * SECOND);
    assert_int_equal(chan_len(call_target), 0);
}

struct again {
    struct timer *timer;
    int calls;
};

static void arm_again(void *arg)
{
    struct again *a = arg;
    if (++a->calls < 4)
        assert_false(timer_reset(a->timer, SECOND));
}

TASK_TEST(a_callback_may_arm_its_own_timer)
{
    struct again again = {0};
    int64_t start = clock_now();
    again.timer = timer_func(SECOND, arm_again, &again);
    task_sleep(10 * SECOND);
    assert_int_equal(again.calls, 4);
    assert_int_equal(clock_now(), start + 10 * SECOND);
    timer_drop(again.timer);
}

static void call_again_at_once(void *arg)
{
    struct again *a = arg;
    assert_true(chan_try_send(call_target, &a->calls)); /* the last one was taken */
    if (++a->calls < 1000)
        timer_reset(a->timer, 0);
}

TASK_TEST(a_callback_without_delay_does_not_starve_tasks)
{
    struct again again = {0};
    call_target = chan_make(int, 1);
    defer(chan_drop, call_target);
    again.timer = timer_func(0, call_again_at_once, &again);
    for (int call = 0; call < 1000; call++) {
        int got = -1;
        assert_true(chan_recv(call_target, &got));
        assert_int_equal(got, call);
    }
    timer_drop(again.timer);
}

TASK_TEST(a_ticker_ticks_every_period)
{
    int64_t start = clock_now();
    struct ticker *t = ticker_new(SECOND);
    defer(ticker_drop, t);
    for (int tick = 1; tick <= 100; tick++)
        assert_int_equal(receive_time(ticker_chan(t)), start + tick * SECOND);
    ticker_stop(t);
}

TASK_TEST(a_ticker_skips_what_nobody_took)
{
    int64_t start = clock_now();
    struct ticker *t = ticker_new(SECOND);
    defer(ticker_drop, t);
    task_sleep(5 * SECOND + SECOND / 2);
    assert_int_equal(receive_time(ticker_chan(t)), start + SECOND);
    assert_false(has_value(ticker_chan(t)));
    assert_int_equal(receive_time(ticker_chan(t)), start + 6 * SECOND);
    ticker_stop(t);
}

TASK_TEST(a_stopped_ticker_is_silent_without_stale_tick)
{
    struct ticker *t = ticker_new(SECOND);
    defer(ticker_drop, t);
    task_sleep(3 * SECOND);
    ticker_stop(t);
    assert_false(has_value(ticker_chan(t)));
    assert_int_equal(task_stats.armed, 0);
    task_sleep(HOUR);
    assert_false(has_value(ticker_chan(t)));
    ticker_stop(t);
}

TASK_TEST(a_ticker_s_period_can_change)
{
    struct ticker *t = ticker_new(HOUR);
    defer(ticker_drop, t);
    ticker_reset(t, SECOND);
    int64_t start = clock_now();
    assert_int_equal(receive_time(ticker_chan(t)), start + SECOND);
    task_sleep(10 * SECOND); /* a tick lies there */
    start = clock_now();
    ticker_reset(t, MINUTE);
    assert_int_equal(receive_time(ticker_chan(t)), start + MINUTE);
    ticker_stop(t);
    ticker_reset(t, SECOND);
    start = clock_now();
    assert_int_equal(receive_time(ticker_chan(t)), start + SECOND);
    ticker_stop(t);
}

LEAKING_TASK_TEST(a_ticker_that_nobody_stops_stays_for_ever)
{
    ticker_drop(ticker_new(SECOND));
    task_sleep(24 * HOUR);
    assert_int_equal(task_stats.timers, 1);
    assert_int_equal(task_stats.armed, 1);
    assert_int_equal(task_stats.channels, 1);
}

static void sleep_and_note(void *arg)
{
    int64_t seconds = *(int *)arg;
    task_sleep(seconds * SECOND);
    note("%d", (int)seconds);
}

TASK_TEST(sleepers_wake_by_time)
{
    static int seconds[] = {3, 1, 2, 0};
    for (int i = 0; i < 4; i++)
        go(sleep_and_note, &seconds[i]);
    settle();
    expect_notes("0");
    assert_int_equal(task_stats.waiting[WAIT_SLEEP], 3);
    assert_int_equal(task_stats.armed, 3);
    assert_int_equal(task_stats.timers, 0);
    task_sleep(4 * SECOND);
    expect_notes("1 2 3");
}

TASK_TEST(no_sleep_is_a_yield)
{
    int64_t start = clock_now();
    static int none = 0;
    go(sleep_and_note, &none);
    task_sleep(0);
    task_sleep(-HOUR);
    expect_notes("0");
    assert_int_equal(clock_now(), start);
}

TASK_TEST(a_sleep_past_the_end_of_time_does_not_overflow)
{
    struct timer *t = timer_new(INT64_MAX);
    defer(timer_drop, t);
    task_sleep(HOUR);
    assert_false(has_value(timer_chan(t)));
    assert_true(timer_stop(t));
}

/* Once, since there is no time after it. */
LEAKING_TASK_TEST(a_ticker_stays_at_the_end_of_time)
{
    int64_t start = clock_now(), period = INT64_C(1) << 62;
    struct ticker *t = ticker_new(period);
    defer(ticker_drop, t);
    assert_int_equal(receive_time(ticker_chan(t)), start + period);
    for (int tick = 0; tick < 3; tick++) {
        assert_int_equal(receive_time(ticker_chan(t)), INT64_MAX);
        assert_int_equal(clock_now(), INT64_MAX);
    }
    ticker_stop(t);
}

static void call_null(void *unused)
{
    (void)unused;
    timer_func(SECOND, NULL, NULL);
}

static void a_timer_that_calls_null_is_refused(void **state)
{
    (void)state;
    support_expect_panic(call_null, "timer_func() with NULL for a function");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timer_after_sends_the_time_at_its_time),
        cmocka_unit_test(a_timer_fires_once),
        cmocka_unit_test(no_time_at_all_fires_at_the_next_look),
        cmocka_unit_test(timers_fire_by_deadline_and_not_by_age),
        cmocka_unit_test(equal_deadlines_fire_in_the_order_they_were_armed),
        cmocka_unit_test(a_heap_of_timers_survives_stops_in_any_order),
        cmocka_unit_test(an_armed_timer_is_held_until_it_fires),
        cmocka_unit_test(a_stopped_timer_goes_with_its_last_reference),
        cmocka_unit_test(stop_says_whether_it_kept_the_value_from_being_received),
        cmocka_unit_test(reset_starts_anew_and_leaves_no_stale_value),
        cmocka_unit_test(timer_func_calls_outside_of_tasks),
        cmocka_unit_test(a_callback_may_arm_its_own_timer),
        cmocka_unit_test(a_callback_without_delay_does_not_starve_tasks),
        cmocka_unit_test(a_ticker_ticks_every_period),
        cmocka_unit_test(a_ticker_skips_what_nobody_took),
        cmocka_unit_test(a_stopped_ticker_is_silent_without_stale_tick),
        cmocka_unit_test(a_ticker_s_period_can_change),
        cmocka_unit_test(a_ticker_that_nobody_stops_stays_for_ever),
        cmocka_unit_test(sleepers_wake_by_time),
        cmocka_unit_test(no_sleep_is_a_yield),
        cmocka_unit_test(a_sleep_past_the_end_of_time_does_not_overflow),
        cmocka_unit_test(a_ticker_stays_at_the_end_of_time),
        cmocka_unit_test(a_timer_that_calls_null_is_refused),
    };
    return cmocka_run_group_tests_name("timers", tests, NULL, NULL);
}
