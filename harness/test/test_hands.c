/* Where an object was touched last, and who has a lock: kept for telling why nobody wakes a task. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/mutex.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <dlfcn.h>
#include <string.h>

/* The function that a return address lies in; programs are linked with -rdynamic. */
#define assert_in_function(address, function)                                                      \
    do {                                                                                           \
        Dl_info info_;                                                                             \
        assert_true(dladdr((address), &info_));                                                    \
        assert_ptr_equal(info_.dli_saddr, (void *)(function));                                     \
    } while (0)

__attribute__((noinline)) void send_one(void *c);
void send_one(void *c)
{
    chan_send(c, &(int){1});
}

__attribute__((noinline)) void take_one(void *c);
void take_one(void *c)
{
    chan_recv(c, NULL);
}

__attribute__((noinline)) void try_to_send(void *c);
void try_to_send(void *c)
{
    chan_try_send(c, &(int){2});
}

__attribute__((noinline)) void choose_to_take(void *c);
void choose_to_take(void *c)
{
    struct chan *other = chan_make(int, 0);
    defer(chan_drop, other);
    chan_select(on_recv(other, NULL), on_recv(c, NULL));
}

__attribute__((noinline)) void choose_to_send(void *c);
void choose_to_send(void *c)
{
    struct chan *other = chan_make(int, 0);
    defer(chan_drop, other);
    chan_select(on_recv(other, NULL), on_send(c, &(int){3}));
}

TASK_TEST(a_channel_knows_who_sent_and_who_received_last)
{
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    assert_null(chan_inspect(c).sent_at);
    assert_null(chan_inspect(c).received_at);
    go(send_one, c);
    settle();
    assert_in_function(chan_inspect(c).sent_at, send_one);
    assert_null(chan_inspect(c).received_at);
    go(take_one, c);
    settle();
    assert_in_function(chan_inspect(c).received_at, take_one);
}

TASK_TEST(a_select_counts_where_it_was_served)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(choose_to_take, c);
    settle();
    assert_null(chan_inspect(c).received_at); /* it waits for two, and has taken nothing */
    go(send_one, c);
    settle();
    assert_in_function(chan_inspect(c).received_at, choose_to_take);
    go(choose_to_send, c);
    settle();
    go(choose_to_take, c);
    settle();
    assert_in_function(chan_inspect(c).sent_at, choose_to_send);
}

TASK_TEST(a_callback_of_the_loop_is_known_too)
{
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    struct timer *t = timer_func(1, try_to_send, c);
    task_sleep(2);
    timer_drop(t);
    assert_in_function(chan_inspect(c).sent_at, try_to_send);
}

struct locked {
    struct mutex mutex;
    struct rw_mutex rw;
};

__attribute__((noinline)) void take_locks(void *arg);
void take_locks(void *arg)
{
    struct locked *l = arg;
    mutex_lock(&l->mutex);
    rw_mutex_rlock(&l->rw);
    task_sleep(2);
    mutex_unlock(&l->mutex);
    rw_mutex_runlock(&l->rw);
}

TASK_TEST(a_lock_knows_who_has_it_and_who_has_it_next)
{
    struct locked l = {0};
    uint64_t first = go(take_locks, &l), second = go(take_locks, &l);
    task_sleep(1);
    assert_int_equal(l.mutex.owner.id, first);
    assert_in_function(l.mutex.owner.at, take_locks);
    assert_int_equal(l.rw.readers_known, 1);
    assert_int_equal(l.rw.known[0].id, first);
    assert_in_function(l.rw.known[0].at, take_locks);
    task_sleep(2);
    assert_int_equal(l.mutex.owner.id, second);
    assert_in_function(l.mutex.owner.at, take_locks);
    task_sleep(2);
    assert_int_equal(l.mutex.owner.id, 0);
    assert_int_equal(l.rw.readers_known, 0);
}

__attribute__((noinline)) void add_two(struct wait_group *group);
void add_two(struct wait_group *group)
{
    wait_group_add(group, 2);
    task_yield(); /* no tail call: it would be the caller's place */
}

__attribute__((noinline)) void take_off_one(struct wait_group *group);
void take_off_one(struct wait_group *group)
{
    wait_group_done(group);
    task_yield();
}

TASK_TEST(a_group_knows_how_many_were_added_and_where)
{
    struct wait_group group = {0};
    wait_group_add(&group, 3);
    add_two(&group);
    take_off_one(&group);
    assert_int_equal(group.adds, 5);
    assert_int_equal(group.count, 4);
    assert_in_function(group.added_at, add_two);
    assert_in_function(group.done_at, take_off_one);
    wait_group_add(&group, -4);
    assert_int_equal(group.adds, 5);
    assert_in_function(group.added_at, add_two);
}

static void await(void *arg)
{
    struct cond *c = arg;
    mutex_lock(c->mutex);
    cond_wait(c);
    mutex_unlock(c->mutex);
}

TASK_TEST(a_condition_knows_its_signals_and_those_that_nobody_heard)
{
    struct mutex m = {0};
    struct cond c = {.mutex = &m};
    cond_signal(&c);
    assert_int_equal(c.signals, 1);
    assert_int_equal(c.unheard, 1);
    go(await, &c);
    settle();
    cond_broadcast(&c);
    assert_int_equal(c.signals, 2);
    assert_int_equal(c.unheard, 1);
    assert_non_null(c.signalled_at);
    settle(); /* it locks again: while there is a lock */
}

static void sleep_a_minute(void *unused)
{
    (void)unused;
    task_sleep(MINUTE);
}

static bool note_due(const struct task_info *t, void *due)
{
    if (t->reason == WAIT_SLEEP)
        *(int64_t *)due = t->due;
    return true;
}

TASK_TEST(a_sleep_says_when_it_is_over)
{
    int64_t due = 0, start = clock_now();
    go(sleep_a_minute, NULL);
    settle();
    task_each(note_due, &due);
    assert_int_equal(due, start + MINUTE);
    task_sleep(MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_knows_who_sent_and_who_received_last),
        cmocka_unit_test(a_select_counts_where_it_was_served),
        cmocka_unit_test(a_callback_of_the_loop_is_known_too),
        cmocka_unit_test(a_lock_knows_who_has_it_and_who_has_it_next),
        cmocka_unit_test(a_group_knows_how_many_were_added_and_where),
        cmocka_unit_test(a_condition_knows_its_signals_and_those_that_nobody_heard),
        cmocka_unit_test(a_sleep_says_when_it_is_over),
    };
    return cmocka_run_group_tests_name("hands", tests, NULL, NULL);
}
