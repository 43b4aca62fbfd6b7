/* Locks: who holds them, who is next, and what a condition does with its mutex. */
#include "test/support.h"

#include "task/mutex.h"
#include "task/timer.h"

/* A task that takes a lock, holds it until the time is over, and notes when it gets it. */
struct holder {
    void *lock;
    const char *name;
    int64_t holds;
};

static void hold_mutex(void *arg)
{
    struct holder *h = arg;
    mutex_lock(h->lock);
    note("%s", h->name);
    task_sleep(h->holds);
    mutex_unlock(h->lock);
}

static void hold_read(void *arg)
{
    struct holder *h = arg;
    rw_mutex_rlock(h->lock);
    note("+%s", h->name);
    task_sleep(h->holds);
    note("-%s", h->name);
    rw_mutex_runlock(h->lock);
}

static void hold_write(void *arg)
{
    struct holder *h = arg;
    rw_mutex_lock(h->lock);
    note("+%s", h->name);
    task_sleep(h->holds);
    note("-%s", h->name);
    rw_mutex_unlock(h->lock);
}

TASK_TEST(a_mutex_is_held_over_a_parking_call)
{
    struct mutex m = {0};
    struct holder holders[] = {{&m, "a", SECOND}, {&m, "b", SECOND}, {&m, "c", SECOND}};
    for (int i = 0; i < 3; i++)
        go(hold_mutex, &holders[i]);
    settle();
    expect_notes("a");
    assert_int_equal(task_stats.waiting[WAIT_MUTEX], 2);
    task_sleep(SECOND);
    settle();
    expect_notes("b");
    task_sleep(SECOND);
    settle();
    expect_notes("c");
    task_sleep(SECOND);
    settle();
    assert_true(mutex_try_lock(&m));
    mutex_unlock(&m);
}

TASK_TEST(nobody_overtakes_who_waits_for_a_mutex)
{
    struct mutex m = {0};
    struct holder waiter = {&m, "waiter", 0};
    mutex_lock(&m);
    go(hold_mutex, &waiter);
    settle();
    mutex_unlock(&m);
    assert_false(mutex_try_lock(&m)); /* handed over already, though it has not run */
    mutex_lock(&m);
    note("main");
    mutex_unlock(&m);
    expect_notes("waiter main");
}

TASK_TEST(try_lock_never_parks)
{
    struct mutex m = {0};
    assert_true(mutex_try_lock(&m));
    assert_false(mutex_try_lock(&m));
    mutex_unlock(&m);
    assert_true(mutex_try_lock(&m));
    mutex_unlock(&m);
}

TASK_TEST(readers_share_and_a_writer_waits_for_all)
{
    struct rw_mutex m = {0};
    struct holder readers[] = {{&m, "r1", SECOND}, {&m, "r2", 2 * SECOND}};
    struct holder writer = {&m, "w", SECOND};
    go(hold_read, &readers[0]);
    go(hold_read, &readers[1]);
    go(hold_write, &writer);
    settle();
    expect_notes("+r1 +r2");
    assert_int_equal(task_stats.waiting[WAIT_RW_MUTEX_WRITE], 1);
    task_sleep(4 * SECOND);
    settle();
    expect_notes("-r1 -r2 +w -w");
}

TASK_TEST(a_writer_excludes_readers_and_writers)
{
    struct rw_mutex m = {0};
    struct holder writers[] = {{&m, "w1", SECOND}, {&m, "w2", SECOND}};
    struct holder reader = {&m, "r", SECOND};
    go(hold_write, &writers[0]);
    go(hold_read, &reader);
    go(hold_write, &writers[1]);
    settle();
    expect_notes("+w1");
    assert_int_equal(task_stats.waiting[WAIT_RW_MUTEX_READ], 1);
    assert_int_equal(task_stats.waiting[WAIT_RW_MUTEX_WRITE], 1);
    task_sleep(4 * SECOND);
    settle();
    expect_notes("-w1 +r -r +w2 -w2");
}

TASK_TEST(a_waiting_writer_goes_before_later_readers)
{
    struct rw_mutex m = {0};
    struct holder early = {&m, "early", SECOND}, writer = {&m, "w", SECOND};
    struct holder late[] = {{&m, "l1", SECOND}, {&m, "l2", SECOND}};
    go(hold_read, &early);
    go(hold_write, &writer);
    go(hold_read, &late[0]);
    go(hold_read, &late[1]);
    settle();
    expect_notes("+early");
    task_sleep(SECOND);
    settle();
    expect_notes("-early +w");
    task_sleep(SECOND);
    settle();
    expect_notes("-w +l1 +l2"); /* and those together */
    task_sleep(SECOND);
    settle();
    expect_notes("-l1 -l2");
}

struct line {
    struct cond cond;
    int ready; /* how many may pass */
};

struct passenger {
    struct line *line;
    const char *name;
};

static void wait_in_line(void *arg)
{
    struct passenger *p = arg;
    mutex_lock(p->line->cond.mutex);
    while (p->line->ready == 0)
        cond_wait(&p->line->cond);
    p->line->ready--;
    note("%s", p->name);
    mutex_unlock(p->line->cond.mutex);
}

TASK_TEST(a_signal_wakes_the_first_and_broadcast_all)
{
    struct mutex m = {0};
    struct line line = {.cond = {.mutex = &m}};
    struct passenger passengers[] = {{&line, "a"}, {&line, "b"}, {&line, "c"}};
    cond_signal(&line.cond); /* nobody waits: it is gone */
    for (int i = 0; i < 3; i++)
        go(wait_in_line, &passengers[i]);
    settle();
    assert_int_equal(task_stats.waiting[WAIT_COND], 3);
    assert_true(mutex_try_lock(&m)); /* given up while they wait */
    line.ready = 1;
    cond_signal(&line.cond);
    settle();
    expect_notes(""); /* the woken one needs the mutex back */
    assert_int_equal(task_stats.waiting[WAIT_COND], 2);
    assert_int_equal(task_stats.waiting[WAIT_MUTEX], 1);
    mutex_unlock(&m);
    settle();
    expect_notes("a");
    line.ready = 2;
    cond_broadcast(&line.cond);
    settle();
    expect_notes("b c");
    assert_true(mutex_try_lock(&m));
    mutex_unlock(&m);
}

TASK_TEST(try_locks_of_readers_and_writers_never_park)
{
    struct rw_mutex m = {0};
    assert_true(rw_mutex_try_rlock(&m));
    assert_true(rw_mutex_try_rlock(&m));
    assert_false(rw_mutex_try_lock(&m));
    rw_mutex_runlock(&m);
    assert_false(rw_mutex_try_lock(&m));
    rw_mutex_runlock(&m);
    assert_true(rw_mutex_try_lock(&m));
    assert_false(rw_mutex_try_lock(&m));
    assert_false(rw_mutex_try_rlock(&m));
    rw_mutex_unlock(&m);
    assert_true(rw_mutex_try_lock(&m));
    rw_mutex_unlock(&m);
}

TASK_TEST(a_try_lock_overtakes_nobody)
{
    struct rw_mutex m = {0};
    struct holder writer = {&m, "w", 0}, reader = {&m, "r", 0};
    rw_mutex_rlock(&m);
    go(hold_write, &writer);
    settle();
    assert_false(rw_mutex_try_rlock(&m)); /* a writer waits */
    rw_mutex_runlock(&m);
    assert_false(rw_mutex_try_rlock(&m)); /* handed over already, though it has not run */
    assert_false(rw_mutex_try_lock(&m));
    settle();
    expect_notes("+w -w");
    assert_true(rw_mutex_try_lock(&m));
    go(hold_read, &reader);
    settle();
    rw_mutex_unlock(&m);
    assert_false(rw_mutex_try_lock(&m)); /* the reader has it */
    assert_true(rw_mutex_try_rlock(&m)); /* and shares it */
    rw_mutex_runlock(&m);
    settle();
    expect_notes("+r -r");
}

#define MISUSE(name, call)                                                                         \
    static void name(void *unused)                                                                 \
    {                                                                                              \
        (void)unused;                                                                              \
        call;                                                                                      \
    }

MISUSE(lock_null, mutex_lock(NULL))
MISUSE(try_lock_null, mutex_try_lock(NULL))
MISUSE(unlock_null, mutex_unlock(NULL))
MISUSE(rlock_null, rw_mutex_rlock(NULL))
MISUSE(try_rlock_null, rw_mutex_try_rlock(NULL))
MISUSE(runlock_null, rw_mutex_runlock(NULL))
MISUSE(write_lock_null, rw_mutex_lock(NULL))
MISUSE(try_write_lock_null, rw_mutex_try_lock(NULL))
MISUSE(write_unlock_null, rw_mutex_unlock(NULL))
MISUSE(wait_null, cond_wait(NULL))
MISUSE(wait_without_mutex, cond_wait(&(struct cond){0}))
MISUSE(signal_null, cond_signal(NULL))
MISUSE(broadcast_null, cond_broadcast(NULL))

static void a_null_lock_panics_in_words(void **state)
{
    (void)state;
    static const struct {
        void (*body)(void *);
        const char *message;
    } cases[] = {
        {lock_null, "mutex_lock() of a NULL mutex"},
        {try_lock_null, "mutex_try_lock() of a NULL mutex"},
        {unlock_null, "mutex_unlock() of a NULL mutex"},
        {rlock_null, "rw_mutex_rlock() of a NULL mutex"},
        {try_rlock_null, "rw_mutex_try_rlock() of a NULL mutex"},
        {runlock_null, "rw_mutex_runlock() of a NULL mutex"},
        {write_lock_null, "rw_mutex_lock() of a NULL mutex"},
        {try_write_lock_null, "rw_mutex_try_lock() of a NULL mutex"},
        {write_unlock_null, "rw_mutex_unlock() of a NULL mutex"},
        {wait_null, "cond_wait() on a NULL condition"},
        {wait_without_mutex, "cond_wait() on a condition without a mutex"},
        {signal_null, "cond_signal() of a NULL condition"},
        {broadcast_null, "cond_broadcast() of a NULL condition"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        support_expect_panic(cases[i].body, cases[i].message);
}

/* --- Whose it is ------------------------------------------------------------------------------ */

static void unlock(void *m)
{
    mutex_unlock(m);
}

static void unlocks_another_tasks_mutex(void *unused)
{
    (void)unused;
    struct mutex m = {0};
    mutex_lock(&m);
    go(unlock, &m);
    settle();
}

static void unlocks_after_the_lock_was_handed_on(void *unused)
{
    (void)unused;
    struct mutex m = {0};
    struct holder next = {&m, "next", 0};
    mutex_lock(&m);
    go(hold_mutex, &next);
    settle();
    mutex_unlock(&m);
    mutex_unlock(&m); /* next's by now, though it has not run */
}

static void read_lock_and_leave(void *m)
{
    rw_mutex_rlock(m);
}

static void read_unlocks_another_tasks(void *unused)
{
    (void)unused;
    struct rw_mutex m = {0};
    go(read_lock_and_leave, &m);
    settle();
    rw_mutex_runlock(&m);
}

static void write_unlock(void *m)
{
    rw_mutex_unlock(m);
}

static void write_unlocks_another_tasks(void *unused)
{
    (void)unused;
    struct rw_mutex m = {0};
    rw_mutex_lock(&m);
    go(write_unlock, &m);
    settle();
}

static void lock_in_loop(void *m)
{
    mutex_lock(m);
}

static void unlocks_what_the_loop_locked(void *unused)
{
    (void)unused;
    struct mutex m = {0};
    struct timer *t = timer_func(1, lock_in_loop, &m);
    task_sleep(2);
    timer_drop(t);
    mutex_unlock(&m);
}

static void an_unlock_of_anothers_lock_names_both(void **state)
{
    (void)state;
    support_expect_panic(unlocks_another_tasks_mutex, "sync: unlock of mutex, which task 1 holds");
    support_expect_stop(unlocks_another_tasks_mutex, "\n\tunlocked by task 2 at ");
    support_expect_stop(unlocks_another_tasks_mutex, "\n\tlocked by task 1 at ");
    support_expect_panic(unlocks_after_the_lock_was_handed_on,
                         "sync: unlock of mutex, which task 2 holds");
    support_expect_panic(read_unlocks_another_tasks,
                         "sync: RUnlock of RWMutex, which task 2 holds");
    support_expect_panic(write_unlocks_another_tasks,
                         "sync: Unlock of RWMutex, which task 1 holds");
    support_expect_stop(unlocks_what_the_loop_locked,
                        "which no task (the loop, or outside of a run) holds");
}

TASK_TEST(the_loop_unlocks_what_it_has_locked)
{
    struct mutex m = {0};
    struct timer *lock = timer_func(1, lock_in_loop, &m), *open = timer_func(2, unlock, &m);
    task_sleep(3);
    assert_true(mutex_try_lock(&m));
    mutex_unlock(&m);
    timer_drop(lock);
    timer_drop(open);
}

/* Of more readers than have room for their names, only how many is known: nobody is refused. */
TASK_TEST(more_readers_than_are_known_come_and_go)
{
    enum { READERS = 3 * RW_READERS_KNOWN };
    struct rw_mutex m = {0};
    struct holder readers[READERS], writer = {&m, "w", 0};
    for (int i = 0; i < READERS; i++) {
        readers[i] = (struct holder){&m, "r", (READERS - i % 5) * SECOND};
        go(hold_read, &readers[i]);
    }
    go(hold_write, &writer);
    settle();
    assert_int_equal(m.readers, READERS);
    assert_int_equal(m.readers_known, RW_READERS_KNOWN);
    task_sleep(MINUTE);
    settle();
    assert_int_equal(m.readers, 0);
    assert_int_equal(m.readers_known, 0);
    assert_int_equal(m.writer.id, 0);
    expect_notes("+r +r +r +r +r +r +r +r +r +r +r +r -r -r -r -r -r -r -r -r -r -r -r -r +w -w");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mutex_is_held_over_a_parking_call),
        cmocka_unit_test(nobody_overtakes_who_waits_for_a_mutex),
        cmocka_unit_test(try_lock_never_parks),
        cmocka_unit_test(readers_share_and_a_writer_waits_for_all),
        cmocka_unit_test(a_writer_excludes_readers_and_writers),
        cmocka_unit_test(a_waiting_writer_goes_before_later_readers),
        cmocka_unit_test(a_signal_wakes_the_first_and_broadcast_all),
        cmocka_unit_test(try_locks_of_readers_and_writers_never_park),
        cmocka_unit_test(a_try_lock_overtakes_nobody),
        cmocka_unit_test(a_null_lock_panics_in_words),
        cmocka_unit_test(an_unlock_of_anothers_lock_names_both),
        cmocka_unit_test(the_loop_unlocks_what_it_has_locked),
        cmocka_unit_test(more_readers_than_are_known_come_and_go),
    };
    return cmocka_run_group_tests_name("locks", tests, NULL, NULL);
}
