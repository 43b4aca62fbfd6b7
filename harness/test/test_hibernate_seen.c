/* Who hibernates is seen by dumps and proofs as it is, and is not woken by them. */
#include "test/support.h"

#include "profile/dump.h"
#include "proof/look.h"
#include "proof/proof.h"
#include "task/chan.h"
#include "task/hibernate.h"
#include "task/inspect.h"
#include "task/mutex.h"
#include "task/wait_group.h"
#include <stdlib.h>
#include <string.h>

enum { EACH = 70, KINDS = 5, CROWD = EACH * KINDS };

static struct chan *shared, *nobody_receives;
static struct mutex lock;

static void wait_on_own(void *unused)
{
    (void)unused;
    struct chan *own = chan_make(long, 0);
    chan_recv(own, NULL);
}

static void wait_on_shared(void *unused)
{
    (void)unused;
    chan_recv(shared, NULL);
}

static void wait_in_select(void *unused)
{
    (void)unused;
    struct chan *own = chan_make(long, 0);
    long value = 0;
    chan_select(on_recv(own, &value), on_send(nobody_receives, &value), on_recv(shared, NULL));
}

static void wait_for_lock(void *unused)
{
    (void)unused;
    mutex_lock(&lock);
}

static void wait_for_group(void *unused)
{
    (void)unused;
    struct wait_group own = {0}; /* what is asked about it lies on a stack that hibernates */
    wait_group_add(&own, 1);
    wait_group_wait(&own);
}

static void make_crowd(void)
{
    static void (*const kinds[KINDS])(void *) = {wait_on_own, wait_on_shared, wait_in_select,
                                                 wait_for_lock, wait_for_group};
    shared = chan_make(long, 0);
    nobody_receives = chan_make(long, 0);
    mutex_lock(&lock);
    for (int i = 0; i < EACH; i++)
        for (int kind = 0; kind < KINDS; kind++)
            go(kinds[kind], NULL);
    settle();
}

static size_t put_to_sleep(void)
{
    size_t n = task_hibernate();
    assert_in_range(n, CROWD - CROWD / 64 - 2, CROWD);
    return n;
}

static void expect_undisturbed(size_t n)
{
    assert_int_equal(task_stats.hibernated, n);
    assert_int_equal(task_stats.awakenings, 0);
}

/* This task has come further meanwhile. */
static bool is_parked(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->state == TASK_PARKED;
}

LEAKING_TASK_TEST(dumps_are_the_same_in_every_format)
{
    char *before[DUMP_FORMATS];
    make_crowd();
    for (enum dump_format f = 0; f < DUMP_FORMATS; f++)
        before[f] = dump_text(&(struct dump){.format = f, .filter = is_parked});
    size_t n = put_to_sleep();
    for (enum dump_format f = 0; f < DUMP_FORMATS; f++) {
        char *after = dump_text(&(struct dump){.format = f, .filter = is_parked});
        assert_non_null(before[f]);
        assert_non_null(after);
        if (f != DUMP_PPROF) /* compressed, with the time */
            assert_string_equal(after, before[f]);
        expect_undisturbed(n);
        free(before[f]);
        free(after);
    }
}

static void prove(void *unused)
{
    (void)unused;
    struct task_leaks before, after;
    make_crowd();
    assert_true(task_leaks(&before));
    size_t n = put_to_sleep();
    for (int round = 0; round < 3; round++) {
        assert_true(task_leaks(&after));
        assert_int_equal(after.tasks, before.tasks);
        assert_int_equal(after.leaked, before.leaked);
        assert_int_equal(after.live, before.live);
        assert_int_equal(after.unsure, before.unsure);
        assert_int_equal(after.by_time, before.by_time);
        assert_int_equal(after.contradicted, 0);
        expect_undisturbed(n);
    }
    assert_true(before.leaked >= EACH); /* those on their own channels, at least */
}

static void end_proven(void *unused)
{
    (void)unused;
    struct task_leaks report;
    make_crowd();
    put_to_sleep();
    size_t ended = task_end_leaked(&report, NULL, NULL);
    assert_null(report.refused);
    settle();
    assert_true(ended >= EACH);
    assert_int_equal(task_count(), CROWD + 1 - ended);
    assert_int_equal(task_stats.hibernations, task_stats.hibernated + task_stats.awakenings);
}

static void need_proofs(void)
{
    if (support_is_instrumented())
        support_skip("nothing is proven under the checkers");
}

static void proofs_are_the_same(void **state)
{
    (void)state;
    need_proofs();
    support_run_once(prove);
}

static void what_is_proven_of_the_sleeping_can_be_made_to_end(void **state)
{
    (void)state;
    need_proofs();
    support_run_once(end_proven);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dumps_are_the_same_in_every_format),
        cmocka_unit_test(proofs_are_the_same),
        cmocka_unit_test(what_is_proven_of_the_sleeping_can_be_made_to_end),
    };
    return cmocka_run_group_tests_name("hibernate_seen", tests, NULL, NULL);
}
