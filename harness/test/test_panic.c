/* Programs that break a rule stop: the words, where it happened, exit status 2. And the deadlock,
 * when nothing can ever run again. */
#include "test/support.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/mutex.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <string.h>
#include <unistd.h>

static void send_closed(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 1);
    chan_close(c);
    chan_send(c, &(int){1});
}

static void try_send_closed(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 1);
    chan_close(c);
    chan_try_send(c, &(int){1});
}

static void select_send_closed(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 1), *never = chan_make(int, 0);
    chan_close(c);
    chan_select(on_recv(never, NULL), on_send(c, &(int){1}));
}

static void park_in_send(void *c)
{
    chan_send(c, &(int){1});
}

static void park_in_select(void *c)
{
    chan_select(on_send(c, &(int){1}), on_recv(NULL, NULL));
}

static void close_under_sender(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    go(park_in_send, c);
    settle();
    chan_close(c);
    settle();
}

static void close_under_select(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    go(park_in_select, c);
    settle();
    chan_close(c);
    settle();
}

static void a_send_on_a_closed_channel_panics(void **state)
{
    (void)state;
    support_expect_panic(send_closed, "send on closed channel");
    support_expect_panic(try_send_closed, "send on closed channel");
    support_expect_panic(select_send_closed, "send on closed channel");
}

static void a_sender_parked_at_close_panics(void **state)
{
    (void)state;
    support_expect_panic(close_under_sender, "send on closed channel");
    support_expect_panic(close_under_select, "send on closed channel");
}

static void close_closed(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    chan_close(c);
    chan_close(c);
}

static void close_null(void *unused)
{
    (void)unused;
    chan_close(NULL);
}

static void a_wrong_close_panics(void **state)
{
    (void)state;
    support_expect_panic(close_closed, "close of closed channel");
    support_expect_panic(close_null, "close of nil channel");
}

static void make_too_large(void *unused)
{
    (void)unused;
    chan_make_sized(SIZE_MAX / 2, 3);
}

static void a_channel_larger_than_memory_panics(void **state)
{
    (void)state;
    support_expect_panic(make_too_large, "makechan: size out of range");
}

static void below_zero(void *unused)
{
    (void)unused;
    struct wait_group group = {0};
    wait_group_add(&group, 1);
    wait_group_done(&group);
    wait_group_done(&group);
}

static void a_wait_group_below_zero_panics(void **state)
{
    (void)state;
    support_expect_panic(below_zero, "sync: negative WaitGroup counter");
}

static void unlock_unlocked(void *unused)
{
    (void)unused;
    mutex_unlock(&(struct mutex){0});
}

static void runlock_unlocked(void *unused)
{
    (void)unused;
    rw_mutex_runlock(&(struct rw_mutex){0});
}

static void unlock_read(void *unused)
{
    (void)unused;
    struct rw_mutex m = {0};
    rw_mutex_rlock(&m);
    rw_mutex_unlock(&m);
}

static void wait_without_lock(void *unused)
{
    (void)unused;
    struct mutex m = {0};
    cond_wait(&(struct cond){.mutex = &m});
}

static void a_wrong_unlock_stops_the_program(void **state)
{
    (void)state;
    support_expect_stop(unlock_unlocked, "fatal error: sync: unlock of unlocked mutex\n");
    support_expect_stop(wait_without_lock, "fatal error: sync: unlock of unlocked mutex\n");
    support_expect_stop(runlock_unlocked, "fatal error: sync: RUnlock of unlocked RWMutex\n");
    support_expect_stop(unlock_read, "fatal error: sync: Unlock of unlocked RWMutex\n");
}

static void tick_never(void *unused)
{
    (void)unused;
    ticker_new(0);
}

static void reset_to_never(void *unused)
{
    (void)unused;
    ticker_reset(ticker_new(SECOND), -1);
}

static void a_ticker_without_period_panics(void **state)
{
    (void)state;
    support_expect_panic(tick_never, "non-positive interval for NewTicker");
    support_expect_panic(reset_to_never, "non-positive interval for Ticker.Reset");
}

static void panic_in_a_child(void *unused)
{
    (void)unused;
    task_panic("%s number %d", "trouble", 7);
}

static void make_a_child_that_panics(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    go(park_in_send, c);
    go(panic_in_a_child, NULL);
    settle();
}

static void a_panic_names_its_task_and_where_it_was_made(void **state)
{
    (void)state;
    support_expect_panic(make_a_child_that_panics, "trouble number 7");
    static const char *const words[] = {
        "task 3 [running]: panic_in_a_child\n", "created by make_a_child_that_panics in task 1\n",
        "test_panic.c:",
        "task 2 [chan send]: park_in_send", /* and the others, who may be part of it */
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        support_expect_stop(make_a_child_that_panics, words[i]);
}

static void a_channel_s_panic_names_the_sites_involved(void **state)
{
    (void)state;
    static const char *const sites[] = {"\tsent at ", "\tclosed at ", "\tmade at "};
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++) {
        support_expect_stop(send_closed, sites[i]);
        support_expect_stop(close_under_sender, sites[i]);
    }
    support_expect_stop(close_closed, "\tclosed first at ");
}

static void park_for_ever(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    go(park_in_send, chan_make(int, 0));
    go(park_in_select, chan_make(int, 0));
    chan_recv(c, NULL);
}

static void sleep_then_park(void *unused)
{
    (void)unused;
    task_sleep(HOUR);
    chan_recv(NULL, NULL);
}

static void park_on_a_real_clock(void *unused)
{
    (void)unused;
    clock_set_virtual(false);
    task_sleep(MILLISECOND);
    chan_send(NULL, NULL);
}

static void everybody_asleep_is_a_deadlock_with_a_dump(void **state)
{
    (void)state;
    static const char *const words[] = {
        "fatal error: all tasks are asleep - deadlock!\n",
        "task 1 [chan receive]: ",
        "task 2 [chan send]: park_in_send",
        "task 3 [select]: park_in_select",
        "test_panic.c:",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        support_expect_stop(park_for_ever, words[i]);
    support_expect_stop(sleep_then_park, "[chan receive (nil chan)]");
    support_expect_stop(park_on_a_real_clock, "[chan send (nil chan)]");
}

static void wait_for_the_ticker(void *unused)
{
    (void)unused;
    struct ticker *t = ticker_new(HOUR);
    for (int tick = 0; tick < 1000; tick++)
        chan_recv(ticker_chan(t), NULL);
    ticker_stop(t);
    ticker_drop(t);
    _exit(7);
}

static void who_waits_for_a_deadline_is_not_deadlocked(void **state)
{
    (void)state;
    assert_int_equal(support_ending(wait_for_the_ticker)->status, 7);
}

static void receive_outside(void *arg)
{
    chan_recv(arg, NULL);
}

static void park_in_a_callback(void *unused)
{
    (void)unused;
    timer_func(SECOND, receive_outside, chan_make(int, 0));
    task_sleep(HOUR);
}

static void run_inside(void *unused)
{
    (void)unused;
    task_run(park_for_ever, NULL);
}

static void parking_and_running_need_their_place(void **state)
{
    (void)state;
    support_expect_stop(park_in_a_callback, "outside of a task");
    support_expect_stop(run_inside, "task_run() from inside of task_run()");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_send_on_a_closed_channel_panics),
        cmocka_unit_test(a_sender_parked_at_close_panics),
        cmocka_unit_test(a_wrong_close_panics),
        cmocka_unit_test(a_channel_larger_than_memory_panics),
        cmocka_unit_test(a_wait_group_below_zero_panics),
        cmocka_unit_test(a_wrong_unlock_stops_the_program),
        cmocka_unit_test(a_ticker_without_period_panics),
        cmocka_unit_test(a_panic_names_its_task_and_where_it_was_made),
        cmocka_unit_test(a_channel_s_panic_names_the_sites_involved),
        cmocka_unit_test(everybody_asleep_is_a_deadlock_with_a_dump),
        cmocka_unit_test(who_waits_for_a_deadline_is_not_deadlocked),
        cmocka_unit_test(parking_and_running_need_their_place),
    };
    return cmocka_run_group_tests_name("panics", tests, NULL, NULL);
}
