/* Wait groups: they wait until the count is zero, and wake all. */
#include "test/support.h"

#include "task/wait_group.h"

struct waiter {
    struct wait_group *group;
    const char *name;
};

static void wait_and_note(void *arg)
{
    struct waiter *w = arg;
    wait_group_wait(w->group);
    note("%s", w->name);
}

static void work(void *arg)
{
    task_sleep(SECOND);
    note("done");
    wait_group_done(arg);
}

TASK_TEST(a_count_of_zero_does_not_wait)
{
    struct wait_group group = {0};
    wait_group_wait(&group);
    wait_group_add(&group, 3);
    wait_group_add(&group, -3);
    wait_group_wait(&group);
    wait_group_add(&group, 0);
}

TASK_TEST(wait_lasts_until_the_last_is_done)
{
    struct wait_group group = {0};
    struct waiter w = {&group, "waited"};
    wait_group_add(&group, 3);
    go(wait_and_note, &w);
    settle();
    assert_int_equal(task_stats.waiting[WAIT_WAIT_GROUP], 1);
    wait_group_done(&group);
    wait_group_add(&group, 1);
    wait_group_add(&group, -2);
    settle();
    expect_notes("");
    wait_group_done(&group);
    settle();
    expect_notes("waited");
}

TASK_TEST(all_waiters_go_on_in_order)
{
    struct wait_group group = {0};
    struct waiter waiters[] = {{&group, "a"}, {&group, "b"}, {&group, "c"}};
    wait_group_add(&group, 1);
    for (int i = 0; i < 3; i++)
        go(wait_and_note, &waiters[i]);
    settle();
    expect_notes("");
    wait_group_done(&group);
    settle();
    expect_notes("a b c");
}

TASK_TEST(a_wait_group_waits_for_its_workers_again_and_again)
{
    struct wait_group group = {0};
    for (int round = 0; round < 3; round++) {
        int64_t start = clock_now();
        for (int i = 0; i < 3; i++) {
            wait_group_add(&group, 1);
            go(work, &group);
        }
        wait_group_wait(&group);
        note("all");
        assert_int_equal(clock_now() - start, SECOND);
        expect_notes("done done done all");
    }
}

/* --- Misuse: Go's panics, in Go's words ------------------------------------------------------------ */

/* The waiter is woken, and has not run yet. */
static void reuse_before_wait_returns(void *unused)
{
    (void)unused;
    struct wait_group group = {0};
    struct waiter w = {&group, "waited"};
    wait_group_add(&group, 1);
    go(wait_and_note, &w);
    settle();
    wait_group_done(&group);
    wait_group_add(&group, 1);
    settle();
}

static void count_too_far(void *unused)
{
    (void)unused;
    struct wait_group group = {0};
    wait_group_add(&group, INT64_MAX);
    wait_group_add(&group, 1);
}

static void done_too_often(void *unused)
{
    (void)unused;
    wait_group_done(&(struct wait_group){0});
}

static void misuse_panics_as_in_go(void **state)
{
    (void)state;
    support_expect_panic(reuse_before_wait_returns,
                         "sync: WaitGroup is reused before previous Wait has returned");
    support_expect_panic(done_too_often, "sync: negative WaitGroup counter");
    support_expect_panic(count_too_far, "sync: WaitGroup counter overflow");
}

TASK_TEST(what_is_over_again_before_the_waiter_runs_is_no_misuse)
{
    struct wait_group group = {0};
    struct waiter w = {&group, "waited"};
    wait_group_add(&group, 1);
    go(wait_and_note, &w);
    settle();
    wait_group_done(&group);
    wait_group_add(&group, 1);
    wait_group_done(&group);
    settle();
    expect_notes("waited");
}

static void add_to_null(void *unused)
{
    (void)unused;
    wait_group_add(NULL, 1);
}

static void done_of_null(void *unused)
{
    (void)unused;
    wait_group_done(NULL);
}

static void wait_for_null(void *unused)
{
    (void)unused;
    wait_group_wait(NULL);
}

static void a_null_group_panics_in_words(void **state)
{
    (void)state;
    support_expect_panic(add_to_null, "wait_group_add() to a NULL wait group");
    support_expect_panic(done_of_null, "wait_group_done() of a NULL wait group");
    support_expect_panic(wait_for_null, "wait_group_wait() for a NULL wait group");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_count_of_zero_does_not_wait),
        cmocka_unit_test(wait_lasts_until_the_last_is_done),
        cmocka_unit_test(all_waiters_go_on_in_order),
        cmocka_unit_test(a_wait_group_waits_for_its_workers_again_and_again),
        cmocka_unit_test(misuse_panics_as_in_go),
        cmocka_unit_test(what_is_over_again_before_the_waiter_runs_is_no_misuse),
        cmocka_unit_test(a_null_group_panics_in_words),
    };
    return cmocka_run_group_tests_name("wait groups", tests, NULL, NULL);
}
