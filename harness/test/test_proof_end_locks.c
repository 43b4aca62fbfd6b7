/* Ending tasks that wait for locks, conditions and units of a semaphore: nobody who goes on may find one broken. */
#include "test/proof_cases.h"

#include "task/ctx.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/timer.h"

/* --- Locks -------------------------------------------------------------------------------------- */

struct two_locks {
    struct mutex a, b;
};

static void lock_both(struct mutex *first, struct mutex *second)
{
    mutex_lock(first);
    defer(mutex_unlock, first);
    task_yield();
    mutex_lock(second);
    defer(mutex_unlock, second);
    note("both");
}

static void lock_a_b(void *locks)
{
    struct two_locks *l = locks;
    lock_both(&l->a, &l->b);
}

static void lock_b_a(void *locks)
{
    struct two_locks *l = locks;
    lock_both(&l->b, &l->a);
}

TASK_TEST(of_a_circle_of_locks_all_end_and_the_locks_are_free)
{
    static struct two_locks l;
    go(lock_a_b, &l);
    go(lock_b_a, &l);
    expect_ended(2);
    expect_notes("");
    assert_true(mutex_try_lock(&l.a));
    assert_true(mutex_try_lock(&l.b));
    mutex_unlock(&l.a);
    mutex_unlock(&l.b);
}

static void lock_and_wait_for_ever(void *m)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    mutex_lock(m);
    defer(mutex_unlock, m);
    chan_recv(c, NULL);
}

static void lock_and_say(void *m)
{
    mutex_lock(m);
    defer(mutex_unlock, m);
    note("mine");
}

/* Those behind the owner are leaked with it: in one look they all go. */
TASK_TEST(an_owner_and_who_waits_for_it_end_together)
{
    static struct mutex m;
    go(lock_and_wait_for_ever, &m);
    for (int i = 0; i < 3; i++)
        go(lock_and_say, &m);
    expect_ended(4);
    expect_notes("");
    lock_and_say(&m);
    expect_notes("mine");
}

static void defer_before_locking(void *m)
{
    defer(mutex_unlock, m);
    mutex_lock(m);
}

/* It unlocks what it never got: another's lock, then one that nobody has. */
TASK_TEST(an_unlock_of_what_it_does_not_hold_does_nothing)
{
    static struct mutex m;
    go(lock_and_wait_for_ever, &m);
    go(defer_before_locking, &m);
    go(defer_before_locking, &m);
    expect_ended(3);
    assert_true(mutex_try_lock(&m));
    mutex_unlock(&m);
}

static void read_again(void *m)
{
    rw_mutex_rlock(m);
    defer(rw_mutex_runlock, m);
    task_yield();
    rw_mutex_rlock(m);
    defer(rw_mutex_runlock, m);
    note("again");
}

static void write_once(void *m)
{
    defer(rw_mutex_unlock, m); /* too soon: it never has it */
    rw_mutex_lock(m);
    note("written");
}

TASK_TEST(a_reader_behind_the_writer_that_waits_for_it)
{
    static struct rw_mutex m;
    go(read_again, &m);
    go(write_once, &m);
    expect_ended(2);
    expect_notes("");
    assert_true(rw_mutex_try_lock(&m));
    rw_mutex_unlock(&m);
}

struct guarded {
    struct mutex mutex;
    struct cond cond;
    bool ready;
};

static void free_guarded(struct guarded *g)
{
    assert_int_equal(g->mutex.owner.id, 0);
    free(g);
}

static void wait_until_ready(void *arg)
{
    struct guarded *g = arg;
    defer(free_guarded, g);
    mutex_lock(&g->mutex);
    defer(mutex_unlock, &g->mutex);
    defer(say, "locked-again");
    while (!g->ready)
        cond_wait(&g->cond);
}

STEP leave_a_waiter(void)
{
    struct guarded *g = calloc(1, sizeof *g);
    g->cond.mutex = &g->mutex;
    go(wait_until_ready, g);
}

TASK_TEST(who_waits_for_a_condition_has_its_lock_again_on_its_way_out)
{
    leave_a_waiter();
    expect_ended(1);
    expect_notes("locked-again");
}

static struct guarded guarded;

static void lock_for_an_hour(void *m)
{
    mutex_lock(m);
    task_sleep(HOUR);
    note("slept");
    mutex_unlock(m);
}

static void wait_in_own_cond(void *unused)
{
    (void)unused;
    struct cond cond = {.mutex = &guarded.mutex};
    mutex_lock(&guarded.mutex);
    defer(mutex_unlock, &guarded.mutex);
    defer(say, "locked-again");
    cond_wait(&cond);
}

TASK_TEST(its_lock_is_waited_for_where_another_has_it)
{
    go(wait_in_own_cond, NULL);
    settle();
    go(lock_for_an_hour, &guarded.mutex);
    proof_wipe_stack();
    settle();
    assert_int_equal(end_now(NULL, NULL), 1);
    settle();
    assert_int_equal(task_count(), 3);
    task_sleep(2 * HOUR);
    settle();
    expect_notes("slept locked-again");
    assert_int_equal(task_count(), 1);
}

static void lock_and_end(void *m)
{
    mutex_lock(m);
}

TASK_TEST(a_lock_that_never_comes_back_is_left_the_second_time)
{
    go(wait_in_own_cond, NULL);
    settle();
    go(lock_and_end, &guarded.mutex);
    proof_wipe_stack();
    settle();
    assert_int_equal(end_now(NULL, NULL), 1);
    settle();
    assert_int_equal(task_count(), 2); /* it wants its lock */
    expect_notes("");
    proof_wipe_stack();
    assert_int_equal(end_now(NULL, NULL), 1);
    settle();
    expect_notes("locked-again"); /* which it is not: the owner has ended with it */
    assert_int_equal(task_count(), 1);
    guarded.mutex = (struct mutex){0};
}

static void acquire(struct semaphore *s, int64_t n)
{
    struct ctx *ctx = ctx_with_cancel(ctx_background());
    defer(ctx_drop, ctx);
    if (semaphore_acquire(ctx, s, n) == CTX_OK)
        note("got %d", (int)n);
}

static void acquire_too_much(void *s)
{
    acquire(s, 5);
}

static void acquire_for_ever(void *s)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    semaphore_acquire(ctx_background(), s, 3);
    defer(semaphore_release_one, s);
    chan_recv(c, NULL);
}

static void acquire_three(void *s)
{
    acquire(s, 3);
}

static void free_semaphore(struct semaphore *s)
{
    note("%d held", (int)s->held);
    free(s);
}

static void own_a_semaphore(void *unused)
{
    (void)unused;
    struct semaphore *s = malloc(sizeof *s);
    *s = (struct semaphore){.size = 4};
    defer(free_semaphore, s);
    go(acquire_for_ever, s);
    go(acquire_three, s);
    go(acquire_three, s);
    go(acquire_too_much, s);
    task_yield();
    semaphore_acquire(ctx_background(), s, 2);
}

TASK_TEST(who_waits_for_units_gives_its_context_back)
{
    go(own_a_semaphore, NULL);
    expect_ended(5);
    expect_notes("2 held");
}

struct impatient {
    uintptr_t disguised;
    struct semaphore *semaphore;
    struct ctx *ctx;
};

static void acquire_one(void *arg)
{
    struct impatient *i = arg;
    assert_int_equal(semaphore_acquire(i->ctx, i->semaphore, 1), CTX_OK);
    note("one");
    semaphore_release_one(i->semaphore);
}

static void acquire_and_keep(void *s)
{
    semaphore_acquire(ctx_background(), s, 3);
    chan_recv(NULL, NULL);
}

STEP leave_one_in_a_semaphore(struct impatient *i)
{
    struct semaphore *s = malloc(sizeof *s);
    *s = (struct semaphore){.size = 4};
    go(acquire_and_keep, s);
    go(acquire_three, s);
    settle();
    i->disguised = ~(uintptr_t)s;
}

/* What was proven once stays so, though a pointer that was hidden has come to light. */
TASK_TEST(who_waits_behind_those_that_end_is_next)
{
    struct impatient *i = calloc(1, sizeof *i);
    i->ctx = ctx_with_cancel(ctx_background());
    leave_one_in_a_semaphore(i);
    expect_leaked(2);
    i->semaphore = (struct semaphore *)~i->disguised;
    go(acquire_one, i);
    expect_ended(2);
    expect_notes("one");
    assert_int_equal(task_count(), 1);
    ctx_drop(i->ctx);
    free(i->semaphore);
    free(i);
}

static struct rw_mutex read_for_ever;

static void read_and_end(void *m)
{
    rw_mutex_rlock(m);
}

static void write_in_vain(void *m)
{
    rw_mutex_lock(m);
}

static void end_in_the_loop(void *ended)
{
    *(size_t *)ended = end_now(NULL, NULL);
}

TASK_TEST(a_reader_goes_on_once_the_writer_before_it_has_ended)
{
    static size_t ended;
    struct timer *t = timer_func(SECOND, end_in_the_loop, &ended);
    go(read_and_end, &read_for_ever);
    go(write_in_vain, &read_for_ever);
    settle();
    rw_mutex_rlock(&read_for_ever); /* behind the writer */
    assert_int_equal(ended, 1);
    rw_mutex_runlock(&read_for_ever);
    timer_drop(t);
    read_for_ever = (struct rw_mutex){0};
    settle();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_circle_of_locks_all_end_and_the_locks_are_free),
        cmocka_unit_test(an_owner_and_who_waits_for_it_end_together),
        cmocka_unit_test(an_unlock_of_what_it_does_not_hold_does_nothing),
        cmocka_unit_test(a_reader_behind_the_writer_that_waits_for_it),
        cmocka_unit_test(who_waits_for_a_condition_has_its_lock_again_on_its_way_out),
        cmocka_unit_test(its_lock_is_waited_for_where_another_has_it),
        cmocka_unit_test(a_lock_that_never_comes_back_is_left_the_second_time),
        cmocka_unit_test(who_waits_for_units_gives_its_context_back),
        cmocka_unit_test(who_waits_behind_those_that_end_is_next),
        cmocka_unit_test(a_reader_goes_on_once_the_writer_before_it_has_ended),
    };
    return cmocka_run_group_tests_name("ending what waits for locks", tests, NULL, NULL);
}
