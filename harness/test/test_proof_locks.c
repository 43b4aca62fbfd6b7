/* Proof over locks, groups, conditions and semaphores: of a lock only who has it can give it back, wherever the lock
 * lies; of the others whoever can reach them may wake. */
#include "test/proof_cases.h"

#include "task/ctx.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/time.h"
#include "task/timer.h"
#include "task/wait_group.h"

/* --- Mutexes ------------------------------------------------------------------------------------ */

static struct mutex in_static_data, another;

static void lock_and_leave(void *m)
{
    mutex_lock(m);
}

static void lock_and_unlock(void *m)
{
    mutex_lock(m);
    mutex_unlock(m);
}

STEP leave_waiters(void *m, void (*first)(void *), int n)
{
    go(first, m);
    for (int i = 0; i < n; i++)
        go(lock_and_unlock, m);
}

LEAKING_TASK_TEST(a_lock_whose_owner_has_ended_never_comes_back)
{
    leave_waiters(&in_static_data, lock_and_leave, 10);
    expect_leaked(10);
}

LEAKING_TASK_TEST(another_task_on_the_owners_stack_is_not_the_owner)
{
    leave_waiters(&in_static_data, lock_and_leave, 1);
    settle();
    struct mutex m = {0};
    go(lock_and_leave, &m); /* on the stack that the owner had */
    settle();
    expect_leaked(1);
}

static void lock_and_sleep(void *m)
{
    mutex_lock(m);
    task_sleep(HOUR);
    mutex_unlock(m);
}

LEAKING_TASK_TEST(a_lock_whose_owner_sleeps_comes_back)
{
    leave_waiters(&in_static_data, lock_and_sleep, 10);
    expect_by_time(11);
    task_sleep(2 * HOUR);
    settle();
    assert_int_equal(task_count(), 1);
}

static void lock_in_the_loop(void *m)
{
    mutex_lock(m);
}

LEAKING_TASK_TEST(a_lock_that_the_loop_has_may_come_back)
{
    struct timer *t = timer_func(1, lock_in_the_loop, &in_static_data);
    task_sleep(2);
    timer_drop(t);
    go(lock_and_unlock, &in_static_data);
    assert_true(expect_live(1) == CAUSE_LOOP);
}

struct pair_of_locks {
    struct mutex *first, *second;
};

static void lock_both(void *arg)
{
    struct pair_of_locks *p = arg;
    mutex_lock(p->first);
    task_yield();
    mutex_lock(p->second);
    mutex_unlock(p->second);
    mutex_unlock(p->first);
}

static struct pair_of_locks one_way = {&in_static_data, &another},
                            other_way = {&another, &in_static_data};

LEAKING_TASK_TEST(two_locks_in_two_orders)
{
    go(lock_both, &one_way);
    go(lock_both, &other_way);
    expect_leaked(2);
}

STEP leave_pairs_in_two_orders(int n)
{
    for (int i = 0; i < n; i++) {
        struct mutex *locks = calloc(2, sizeof *locks);
        struct pair_of_locks *p = calloc(2, sizeof *p);
        p[0] = (struct pair_of_locks){&locks[0], &locks[1]};
        p[1] = (struct pair_of_locks){&locks[1], &locks[0]};
        go(lock_both, &p[0]);
        go(lock_both, &p[1]);
    }
}

LEAKING_TASK_TEST(the_same_with_locks_in_the_heap)
{
    leave_pairs_in_two_orders(10);
    expect_leaked(20);
}

static void lock_twice(void *m)
{
    mutex_lock(m);
    mutex_lock(m);
}

LEAKING_TASK_TEST(who_locks_again_waits_for_itself)
{
    go(lock_twice, &in_static_data);
    expect_leaked(1);
}

/* Its lock is given back once it is served: the lock's waiters are as live as it is. */
struct under_lock {
    struct mutex *m;
    struct chan *c;
};

static void send_under_lock(void *arg)
{
    struct under_lock *u = arg;
    mutex_lock(u->m);
    chan_send(u->c, &(int){1});
    mutex_unlock(u->m);
}

static void receive_under_lock(void *arg)
{
    struct under_lock *u = arg;
    mutex_lock(u->m);
    chan_recv(u->c, NULL);
    mutex_unlock(u->m);
}

static struct chan *volatile kept;

STEP leave_send_under_lock(bool is_held)
{
    struct under_lock *u = malloc(sizeof *u);
    *u = (struct under_lock){&in_static_data, chan_make(int, 0)};
    go(send_under_lock, u);
    go(receive_under_lock, u);
    kept = is_held ? chan_ref(u->c) : NULL;
}

LEAKING_TASK_TEST(a_send_under_the_lock_that_its_receiver_wants)
{
    leave_send_under_lock(false);
    expect_leaked(2);
}

LEAKING_TASK_TEST(a_send_under_a_lock_that_somebody_else_may_receive)
{
    leave_send_under_lock(true);
    expect_live(2);
}

STEP leave_chain_of_locks(int n, struct mutex *locks, struct pair_of_locks *p)
{
    for (int i = 0; i < n; i++) {
        p[i] = (struct pair_of_locks){&locks[i], &locks[i + 1]};
        go(lock_both, &p[i]);
    }
}

/* Each holds a lock and waits for the next one's; the last is held by a sleeper, or for ever. */
LEAKING_TASK_TEST(a_chain_of_locks_is_as_live_as_its_end)
{
    enum { LINKS = 500 };
    static struct mutex locks[LINKS + 1];
    static struct pair_of_locks p[LINKS];
    go(lock_and_sleep, &locks[LINKS]);
    leave_chain_of_locks(LINKS, locks, p);
    expect_by_time(LINKS + 1);
}

LEAKING_TASK_TEST(a_chain_of_locks_whose_end_is_lost)
{
    enum { LINKS = 500 };
    static struct mutex locks[LINKS + 1];
    static struct pair_of_locks p[LINKS];
    go(lock_and_leave, &locks[LINKS]);
    leave_chain_of_locks(LINKS, locks, p);
    expect_leaked(LINKS);
}

/* --- Readers and writers ------------------------------------------------------------------------ */

static struct rw_mutex rw;

static void write(void *unused)
{
    (void)unused;
    rw_mutex_lock(&rw);
    rw_mutex_unlock(&rw);
}

static void read_twice(void *unused)
{
    (void)unused;
    rw_mutex_rlock(&rw);
    task_sleep(SECOND);
    rw_mutex_rlock(&rw);
    rw_mutex_runlock(&rw);
    rw_mutex_runlock(&rw);
}

LEAKING_TASK_TEST(a_read_lock_taken_again_with_a_writer_in_between)
{
    go(read_twice, NULL);
    go(write, NULL);
    expect_by_time(2); /* the reader sleeps still */
    task_sleep(2 * SECOND);
    expect_leaked(2);
}

static void read_and_sleep(void *unused)
{
    (void)unused;
    rw_mutex_rlock(&rw);
    task_sleep(HOUR);
    rw_mutex_runlock(&rw);
}

static void read_and_leave(void *unused)
{
    (void)unused;
    rw_mutex_rlock(&rw);
}

LEAKING_TASK_TEST(a_writer_waits_for_all_its_readers)
{
    for (int i = 0; i < 3; i++)
        go(read_and_sleep, NULL);
    go(write, NULL);
    expect_by_time(4);
}

LEAKING_TASK_TEST(one_reader_that_has_ended_is_enough)
{
    go(read_and_sleep, NULL);
    go(read_and_leave, NULL);
    go(read_and_sleep, NULL);
    go(write, NULL);
    EXPECT_VERDICTS(0, 2, 0, 1);
}

/* Readers that are too many to be known by name may all come back. */
LEAKING_TASK_TEST(unknown_readers_are_taken_to_be_live)
{
    for (int i = 0; i < 2 * RW_READERS_KNOWN; i++)
        go(read_and_sleep, NULL);
    go(read_and_leave, NULL);
    go(write, NULL);
    expect_by_time(2 * RW_READERS_KNOWN + 1);
}

static void write_and_leave(void *unused)
{
    (void)unused;
    rw_mutex_lock(&rw);
}

LEAKING_TASK_TEST(a_writer_that_has_ended_keeps_readers_and_writers_out)
{
    go(write_and_leave, NULL);
    go(write, NULL);
    go(read_and_sleep, NULL);
    go(read_and_leave, NULL);
    expect_leaked(3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_whose_owner_has_ended_never_comes_back),
        cmocka_unit_test(another_task_on_the_owners_stack_is_not_the_owner),
        cmocka_unit_test(a_lock_whose_owner_sleeps_comes_back),
        cmocka_unit_test(a_lock_that_the_loop_has_may_come_back),
        cmocka_unit_test(two_locks_in_two_orders),
        cmocka_unit_test(the_same_with_locks_in_the_heap),
        cmocka_unit_test(who_locks_again_waits_for_itself),
        cmocka_unit_test(a_send_under_the_lock_that_its_receiver_wants),
        cmocka_unit_test(a_send_under_a_lock_that_somebody_else_may_receive),
        cmocka_unit_test(a_chain_of_locks_is_as_live_as_its_end),
        cmocka_unit_test(a_chain_of_locks_whose_end_is_lost),
        cmocka_unit_test(a_read_lock_taken_again_with_a_writer_in_between),
        cmocka_unit_test(a_writer_waits_for_all_its_readers),
        cmocka_unit_test(one_reader_that_has_ended_is_enough),
        cmocka_unit_test(unknown_readers_are_taken_to_be_live),
        cmocka_unit_test(a_writer_that_has_ended_keeps_readers_and_writers_out),
    };
    return cmocka_run_group_tests_name("proof of locks", tests, NULL, NULL);
}
