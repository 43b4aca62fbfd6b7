/* The two clocks: the virtual one moves only when nothing can run, the real one follows the
 * machine, and a change between them never goes back. Real waits are short, and only "at least" is
 * asked of them. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/loop.h"
#include "task/timer.h"

TASK_TEST(virtual_time_stands_while_a_task_can_run)
{
    int64_t start = clock_now();
    struct chan *due = timer_after(1);
    defer(chan_drop, due);
    for (int turn = 0; turn < 10000; turn++) {
        task_yield();
        assert_int_equal(clock_now(), start);
        assert_int_equal(chan_len(due), 0);
    }
    chan_recv(due, NULL);
    assert_int_equal(clock_now(), start + 1);
}

TASK_TEST(virtual_time_jumps_to_the_next_deadline)
{
    int64_t start = clock_now();
    for (int day = 1; day <= 365; day++) {
        task_sleep(24 * HOUR);
        assert_int_equal(clock_now(), start + day * 24 * HOUR);
    }
}

static void count_ticks(void *arg)
{
    struct ticker *t = ticker_new(MINUTE);
    defer(ticker_drop, t);
    int *ticks = arg;
    while (*ticks < 24 * 60 && chan_recv(ticker_chan(t), NULL))
        ++*ticks;
    ticker_stop(t);
}

TASK_TEST(a_virtual_day_has_every_one_of_its_minutes)
{
    int ticks = 0;
    int64_t start = clock_now();
    go(count_ticks, &ticks);
    task_sleep(24 * HOUR);
    settle();
    assert_int_equal(ticks, 24 * 60);
    assert_int_equal(clock_now(), start + 24 * HOUR);
}

TASK_TEST(real_sleeps_last_at_least_as_long)
{
    clock_set_virtual(false);
    assert_false(clock_is_virtual());
    for (int turn = 0; turn < 5; turn++) {
        int64_t start = clock_now();
        task_sleep(2 * MILLISECOND);
        assert_true(clock_now() - start >= 2 * MILLISECOND);
    }
    clock_set_virtual(true);
    assert_true(clock_is_virtual());
}

static void note_word(void *arg)
{
    note("%s", (const char *)arg);
}

TASK_TEST(real_timers_fire_by_deadline)
{
    /* Armed while time stands still, so that nothing comes between them. */
    struct timer *timers[] = {timer_func(5 * MILLISECOND, note_word, "third"),
                              timer_func(1 * MILLISECOND, note_word, "first"),
                              timer_func(3 * MILLISECOND, note_word, "second")};
    int64_t start = clock_now();
    struct chan *c = timer_after(6 * MILLISECOND);
    clock_set_virtual(false);
    int64_t sent = 0;
    assert_true(chan_recv(c, &sent));
    chan_drop(c);
    assert_true(sent - start >= 6 * MILLISECOND);
    assert_true(clock_now() >= sent);
    expect_notes("first second third");
    for (int i = 0; i < 3; i++)
        timer_drop(timers[i]);
    clock_set_virtual(true);
}

static bool see_due(const struct timer_info *timer, void *due)
{
    *(int64_t *)due = timer->due;
    return true;
}

static void expect_deadline(int64_t *last)
{
    int64_t before = clock_now(), due = 0;
    struct timer *timer = timer_new(SECOND);
    int64_t after = clock_now();
    timer_each(see_due, &due);
    timer_stop(timer);
    timer_drop(timer);
    assert_true(due >= before + SECOND);
    assert_true(due <= after + SECOND + 11 * MICROSECOND);
    assert_true(due >= *last);
    *last = due;
}

TASK_TEST(real_deadlines_are_neither_early_nor_out_of_order)
{
    int64_t last = 0;
    for (int turn = 0; turn < 3; turn++) {
        clock_set_virtual(false);
        for (int i = 0; i < 20000; i++)
            expect_deadline(&last);
        clock_set_virtual(true);
        task_sleep(HOUR);
    }
}

TASK_TEST(a_change_of_clock_keeps_the_time)
{
    int64_t last = clock_now();
    for (int turn = 0; turn < 10; turn++) {
        task_sleep(HOUR);
        assert_int_equal(clock_now(), last + HOUR);
        last = clock_now();
        clock_set_virtual(false);
        int64_t now = clock_now();
        assert_true(now >= last);
        assert_true(now < last + MINUTE); /* goes on from where it is: no jump */
        last = now;
        task_sleep(MILLISECOND);
        now = clock_now();
        assert_true(now >= last + MILLISECOND);
        clock_set_virtual(true);
        assert_true(clock_now() >= now);
        last = clock_now();
        task_yield();
        assert_int_equal(clock_now(), last);
    }
}

/* Once, since there is no time after it. */
LEAKING_TASK_TEST(time_ends_and_does_not_start_anew)
{
    task_sleep(INT64_MAX);
    assert_int_equal(clock_now(), INT64_MAX);
    for (int turn = 0; turn < 3; turn++) {
        clock_set_virtual(turn % 2);
        assert_int_equal(clock_now(), INT64_MAX);
        task_sleep(HOUR); /* over at once */
        assert_int_equal(clock_now(), INT64_MAX);
        struct chan *c = timer_after(SECOND);
        int64_t sent = 0;
        assert_true(chan_recv(c, &sent));
        assert_int_equal(sent, INT64_MAX);
    }
}

TASK_TEST(deadlines_stay_armed_over_a_change_of_clock)
{
    int64_t start = clock_now();
    struct chan *near = timer_after(3 * MILLISECOND), *far = timer_after(HOUR);
    defer(chan_drop, near);
    defer(chan_drop, far);
    clock_set_virtual(false);
    chan_recv(near, NULL);
    assert_true(clock_now() >= start + 3 * MILLISECOND);
    assert_int_equal(chan_len(far), 0);
    clock_set_virtual(true);
    chan_recv(far, NULL);
    assert_int_equal(clock_now(), start + HOUR);
}

static void raise_flag(void *flag)
{
    *(bool *)flag = true;
}

static void yield_until(void *flag)
{
    while (!*(bool *)flag)
        task_yield();
}

TASK_TEST(busy_tasks_do_not_starve_real_timers)
{
    clock_set_virtual(false);
    bool flag = false;
    struct timer *t = timer_func(2 * MILLISECOND, raise_flag, &flag);
    go(yield_until, &flag);
    yield_until(&flag);
    settle();
    timer_drop(t);
    clock_set_virtual(true);
}

static void on_async(uv_async_t *handle)
{
    chan_try_send(handle->data, &(int){6});
    uv_close((uv_handle_t *)handle, NULL);
}

static void receive_from_the_loop(void)
{
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    uv_async_t async;
    assert_int_equal(uv_async_init(task_loop(), &async, on_async), 0);
    async.data = c;
    uv_async_send(&async);
    int got = 0;
    assert_true(chan_recv(c, &got));
    assert_int_equal(got, 6);
    task_sleep(MILLISECOND); /* the loop lets go of the handle */
}

TASK_TEST(a_callback_of_the_loop_can_wake_a_task)
{
    receive_from_the_loop();
    clock_set_virtual(false);
    receive_from_the_loop();
    clock_set_virtual(true);
}

TASK_TEST(busy_tasks_do_not_starve_the_loop)
{
    bool flag = false;
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    uv_async_t async;
    assert_int_equal(uv_async_init(task_loop(), &async, on_async), 0);
    async.data = c;
    go(yield_until, &flag);
    uv_async_send(&async);
    while (chan_len(c) == 0)
        task_yield();
    flag = true;
    settle();
    task_sleep(MILLISECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virtual_time_stands_while_a_task_can_run),
        cmocka_unit_test(virtual_time_jumps_to_the_next_deadline),
        cmocka_unit_test(a_virtual_day_has_every_one_of_its_minutes),
        cmocka_unit_test(real_sleeps_last_at_least_as_long),
        cmocka_unit_test(real_timers_fire_by_deadline),
        cmocka_unit_test(real_deadlines_are_neither_early_nor_out_of_order),
        cmocka_unit_test(a_change_of_clock_keeps_the_time),
        cmocka_unit_test(time_ends_and_does_not_start_anew),
        cmocka_unit_test(deadlines_stay_armed_over_a_change_of_clock),
        cmocka_unit_test(busy_tasks_do_not_starve_real_timers),
        cmocka_unit_test(a_callback_of_the_loop_can_wake_a_task),
        cmocka_unit_test(busy_tasks_do_not_starve_the_loop),
    };
    return cmocka_run_group_tests_name("clocks", tests, NULL, NULL);
}
