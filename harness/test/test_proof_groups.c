/* Proofs of who waits for a group, a condition or a slot: those are done, signalled and given back by whoever has them,
 * and by nobody where nobody does. */
#include "test/proof_cases.h"

#include "task/ctx.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/time.h"
#include "task/wait_group.h"

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
