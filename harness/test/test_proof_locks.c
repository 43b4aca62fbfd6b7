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

/* --- Wait groups -------------------------------------------------------------------------------- */

static struct wait_group static_group;

static void await(void *group)
{
    wait_group_wait(group);
}

LEAKING_TASK_TEST(a_group_in_static_data_may_be_done)
{
    wait_group_add(&static_group, 1);
    go(await, &static_group);
    assert_true(expect_live(1) == (uintptr_t)&static_group);
}

STEP leave_groups(int n)
{
    for (int i = 0; i < n; i++) {
        struct wait_group *group = calloc(1, sizeof *group);
        wait_group_add(group, 2);
        go(await, group);
        go(await, group);
    }
}

LEAKING_TASK_TEST(a_group_in_the_heap_that_only_its_waiters_have)
{
    leave_groups(10);
    expect_leaked(20);
}

struct work {
    char fill[200];
    struct wait_group group;
    struct chan *never;
};

static void work_never(void *arg)
{
    struct work *w = arg;
    defer(wait_group_done, &w->group);
    chan_recv(w->never, NULL);
}

/* The group lies on the waiter's stack, in the middle of something. */
static void wait_for_work(void *unused)
{
    (void)unused;
    struct work w = {.never = chan_make(int, 0)};
    defer(chan_drop, w.never);
    wait_group_add(&w.group, 1);
    go(work_never, &w);
    wait_group_wait(&w.group);
}

LEAKING_TASK_TEST(a_worker_that_never_ends_and_its_waiter)
{
    for (int i = 0; i < 10; i++)
        go(wait_for_work, NULL);
    expect_leaked(20);
}

static void work_later(void *arg)
{
    struct work *w = arg;
    defer(wait_group_done, &w->group);
    task_sleep(HOUR);
}

/* It has a pointer to the middle alone. */
static void work_later_from_the_middle(void *middle)
{
    work_later((char *)middle - 100);
}

static void wait_for_middle_work(void *unused)
{
    (void)unused;
    struct work w = {0};
    wait_group_add(&w.group, 1);
    go(work_later_from_the_middle, &w.fill[100]);
    wait_group_wait(&w.group);
}

LEAKING_TASK_TEST(a_worker_that_will_end_and_its_waiter)
{
    for (int i = 0; i < 10; i++)
        go(wait_for_middle_work, NULL);
    expect_by_time(20);
}

static void wait_for_itself(void *arg)
{
    struct wait_group *group = arg;
    wait_group_wait(group);
    wait_group_done(group);
}

STEP leave_one_that_waits_for_itself(void)
{
    struct wait_group *group = calloc(1, sizeof *group);
    wait_group_add(group, 1);
    go(wait_for_itself, group);
}

LEAKING_TASK_TEST(a_task_that_waits_for_its_own_end)
{
    leave_one_that_waits_for_itself();
    expect_leaked(1);
}

/* Each waits for the next one's group: only the last may be done. */
struct link {
    struct wait_group group;
    struct link *next;
};

static void wait_for_next(void *arg)
{
    struct link *link = arg;
    wait_group_wait(&link->next->group);
    wait_group_done(&link->group);
}

static struct link *volatile end_of_chain;

STEP leave_chain_of_groups(int n, bool is_held)
{
    struct link *next = calloc(1, sizeof *next);
    wait_group_add(&next->group, 1);
    end_of_chain = is_held ? next : NULL;
    for (int i = 0; i < n; i++) {
        struct link *link = calloc(1, sizeof *link);
        wait_group_add(&link->group, 1);
        link->next = next;
        next = link;
        go(wait_for_next, link);
    }
}

LEAKING_TASK_TEST(a_chain_of_groups_is_as_live_as_its_end)
{
    leave_chain_of_groups(1000, true);
    expect_live(1000);
}

LEAKING_TASK_TEST(a_chain_of_groups_whose_end_is_lost)
{
    leave_chain_of_groups(1000, false);
    expect_leaked(1000);
}

/* --- Conditions and semaphores ------------------------------------------------------------------ */

struct guarded {
    struct mutex mutex;
    struct cond cond;
};

static void wait_for_signal(void *arg)
{
    struct guarded *g = arg;
    mutex_lock(&g->mutex);
    cond_wait(&g->cond);
    mutex_unlock(&g->mutex);
}

static struct guarded *volatile held_guarded;

STEP leave_waiting_for_signals(int n, bool is_held)
{
    struct guarded *g = calloc(1, sizeof *g);
    g->cond.mutex = &g->mutex;
    for (int i = 0; i < n; i++)
        go(wait_for_signal, g);
    held_guarded = is_held ? g : NULL;
}

LEAKING_TASK_TEST(a_condition_that_nobody_else_has)
{
    leave_waiting_for_signals(10, false);
    expect_leaked(10);
}

LEAKING_TASK_TEST(a_condition_that_may_be_signalled)
{
    leave_waiting_for_signals(10, true);
    expect_live(10);
    held_guarded = NULL;
    expect_leaked(10);
}

/* Each takes a second slot while it has the first. */
static void take_two(void *slots)
{
    semaphore_acquire(ctx_background(), slots, 1);
    task_yield();
    semaphore_acquire(ctx_background(), slots, 1);
    semaphore_release(slots, 2);
}

static struct semaphore *volatile held_slots;

STEP leave_second_slots(int n, bool is_held)
{
    struct semaphore *slots = calloc(1, sizeof *slots);
    slots->size = n;
    for (int i = 0; i < n; i++)
        go(take_two, slots);
    held_slots = is_held ? slots : NULL;
}

LEAKING_TASK_TEST(a_second_slot_taken_while_all_have_one)
{
    leave_second_slots(4, false);
    expect_leaked(4);
}

LEAKING_TASK_TEST(slots_that_somebody_else_may_give_back)
{
    leave_second_slots(4, true);
    expect_live(4);
}

static void take_until(void *slots)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), HOUR);
    defer(ctx_drop, ctx);
    semaphore_acquire(ctx, slots, 2); /* there is one: until the context ends */
}

STEP leave_one_with_a_deadline(void)
{
    struct semaphore *slots = calloc(1, sizeof *slots);
    slots->size = 1;
    go(take_until, slots);
}

LEAKING_TASK_TEST(a_slot_that_is_waited_for_until_a_deadline)
{
    leave_one_with_a_deadline();
    expect_by_time(1);
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
        cmocka_unit_test(a_group_in_static_data_may_be_done),
        cmocka_unit_test(a_group_in_the_heap_that_only_its_waiters_have),
        cmocka_unit_test(a_worker_that_never_ends_and_its_waiter),
        cmocka_unit_test(a_worker_that_will_end_and_its_waiter),
        cmocka_unit_test(a_task_that_waits_for_its_own_end),
        cmocka_unit_test(a_chain_of_groups_is_as_live_as_its_end),
        cmocka_unit_test(a_chain_of_groups_whose_end_is_lost),
        cmocka_unit_test(a_condition_that_nobody_else_has),
        cmocka_unit_test(a_condition_that_may_be_signalled),
        cmocka_unit_test(a_second_slot_taken_while_all_have_one),
        cmocka_unit_test(slots_that_somebody_else_may_give_back),
        cmocka_unit_test(a_slot_that_is_waited_for_until_a_deadline),
    };
    return cmocka_run_group_tests_name("proof of locks", tests, NULL, NULL);
}
