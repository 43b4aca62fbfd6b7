/* Error groups: the first error, the context that ends with it, the limit. */
#include "test/support.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/error_group.h"
#include "task/inspect.h"
#include <errno.h>
#include <sys/resource.h>

struct part {
    struct ctx *ctx;
    int64_t takes;
    int error;
    const char *name;
};

static int work(void *arg)
{
    struct part *p = arg;
    task_sleep(p->takes);
    note("%s", p->name);
    return p->error;
}

static int work_until_cancelled(void *arg)
{
    struct part *p = arg;
    chan_recv(ctx_done(p->ctx), NULL);
    note("%s-%s", p->name, ctx_cause(p->ctx));
    return -ECANCELED;
}

TASK_TEST(without_errors_the_wait_is_for_all_and_tells_none)
{
    struct error_group group = {0};
    struct part parts[] = {{.takes = 3, .name = "a"}, {.takes = 1, .name = "b"}, {.name = "c"}};
    for (int i = 0; i < 3; i++)
        assert_true(error_group_go(&group, work, &parts[i]));
    assert_int_equal(error_group_wait(&group), 0);
    expect_notes("c b a");
}

TASK_TEST(an_empty_group_waits_for_nobody)
{
    struct error_group group = {0};
    assert_int_equal(error_group_wait(&group), 0);
}

TASK_TEST(the_first_error_in_time_counts)
{
    struct error_group group = {0};
    struct part parts[] = {
        {NULL, 3, 30, "third"}, {NULL, 1, -EIO, "first"}, {NULL, 2, 20, "second"}};
    for (int i = 0; i < 3; i++)
        error_group_go(&group, work, &parts[i]);
    assert_int_equal(error_group_wait(&group), -EIO);
    expect_notes("first second third"); /* and the others are waited for */
}

TASK_TEST(the_context_ends_with_the_first_error)
{
    struct error_group group = {0};
    struct ctx *ctx = error_group_with_context(&group, ctx_background());
    defer(ctx_drop, ctx);
    struct part fails = {ctx, 1, -ECONNRESET, "fails"}, waits = {ctx, 0, 0, "waits"};
    error_group_go(&group, work_until_cancelled, &waits);
    error_group_go(&group, work, &fails);
    assert_int_equal(error_group_wait(&group), -ECONNRESET);
    expect_notes("fails waits-Connection reset by peer");
    assert_int_equal(ctx_err(ctx), CTX_CANCELED);
}

TASK_TEST(an_error_of_the_caller_s_own_is_told_too)
{
    struct error_group group = {0};
    struct ctx *ctx = error_group_with_context(&group, ctx_background());
    defer(ctx_drop, ctx);
    struct part fails = {ctx, 0, 1, "fails"};
    error_group_go(&group, work, &fails);
    assert_int_equal(error_group_wait(&group), 1);
    assert_string_equal(ctx_cause(ctx), "a task of the group failed");
    expect_notes("fails");
}

TASK_TEST(the_context_ends_with_the_wait_where_all_went_well)
{
    struct error_group group = {0};
    struct ctx *ctx = error_group_with_context(&group, ctx_background());
    defer(ctx_drop, ctx);
    struct part part = {ctx, 1, 0, "a"};
    error_group_go(&group, work, &part);
    assert_int_equal(ctx_err(ctx), CTX_OK);
    assert_int_equal(error_group_wait(&group), 0);
    assert_string_equal(ctx_cause(ctx), "context canceled");
    expect_notes("a");
}

TASK_TEST(a_parent_s_end_reaches_the_group)
{
    struct ctx *parent = ctx_with_timeout_cause(ctx_background(), SECOND, "too slow");
    defer(ctx_drop, parent);
    struct error_group group = {0};
    struct ctx *ctx = error_group_with_context(&group, parent);
    defer(ctx_drop, ctx);
    struct part waits = {ctx, 0, 0, "waits"};
    error_group_go(&group, work_until_cancelled, &waits);
    assert_int_equal(error_group_wait(&group), -ECANCELED);
    expect_notes("waits-too slow");
}

/* --- The limit ----------------------------------------------------------------------------------- */

struct crowd {
    int inside, most;
};

static int enter(void *arg)
{
    struct crowd *crowd = arg;
    if (++crowd->inside > crowd->most)
        crowd->most = crowd->inside;
    task_sleep(1 + (int64_t)task_id() % 7);
    crowd->inside--;
    return 0;
}

TASK_TEST(never_more_run_than_the_limit_says)
{
    struct error_group group = {0};
    struct crowd crowd = {0};
    error_group_set_limit(&group, 4);
    for (int i = 0; i < 50; i++) {
        error_group_go(&group, enter, &crowd);
        assert_true(task_count() <= 1 + 4);
    }
    assert_int_equal(error_group_wait(&group), 0);
    assert_int_equal(crowd.most, 4);
}

TASK_TEST(a_try_finds_the_limit_and_does_not_wait)
{
    struct error_group group = {0};
    struct part parts[] = {{.takes = 1, .name = "a"}, {.name = "b"}};
    int64_t start = clock_now();
    error_group_set_limit(&group, 1);
    assert_true(error_group_try_go(&group, work, &parts[0]));
    assert_false(error_group_try_go(&group, work, &parts[1]));
    assert_int_equal(clock_now(), start);
    task_sleep(1);
    settle();
    assert_true(error_group_try_go(&group, work, &parts[1]));
    assert_int_equal(error_group_wait(&group), 0);
    expect_notes("a b");
}

TASK_TEST(a_limit_of_nothing_lets_nobody_in_and_a_negative_one_all)
{
    struct error_group group = {0};
    struct crowd crowd = {0};
    error_group_set_limit(&group, 0);
    assert_false(error_group_try_go(&group, enter, &crowd));
    error_group_set_limit(&group, -1);
    for (int i = 0; i < 50; i++)
        assert_true(error_group_try_go(&group, enter, &crowd));
    error_group_wait(&group);
    assert_int_equal(crowd.most, 50);
}

static bool find_member(const struct task_info *task, void *found)
{
    if (task->parent == 1) {
        *(int *)found += 1;
        assert_string_equal(task->site->entry, "work");
    }
    return true;
}

LEAKING_TASK_TEST(a_member_is_known_by_what_it_was_told_to_run)
{
    static struct error_group group;
    static struct part part = {.takes = HOUR, .name = "a"};
    error_group_go(&group, work, &part);
    settle();
    int found = 0;
    task_each(find_member, &found);
    assert_int_equal(found, 1);
}

static void meet_the_address_space_limit(void *unused)
{
    (void)unused;
    struct error_group group = {0};
    struct crowd crowd = {0};
    error_group_set_limit(&group, 1);
    assert_int_equal(setrlimit(RLIMIT_AS, &(struct rlimit){1 << 20, RLIM_INFINITY}), 0);
    assert_int_equal(task_set_stack_size(1 << 30), 0);
    assert_false(error_group_go(&group, enter, &crowd));
    assert_true(task_stats.refused > 0);
    assert_int_equal(setrlimit(RLIMIT_AS, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}), 0);
    assert_int_equal(task_set_stack_size(1 << 16), 0);
    assert_true(error_group_try_go(&group, enter, &crowd)); /* the slot is free again */
    assert_int_equal(error_group_wait(&group), 0);
    assert_int_equal(crowd.most, 1);
}

static void without_memory_a_member_is_refused_and_takes_no_slot(void **state)
{
    (void)state;
    support_need_memory_limit();
    support_run_once(meet_the_address_space_limit);
}

static void change_while_running(void *unused)
{
    (void)unused;
    struct error_group group = {0};
    struct part part = {.takes = 1, .name = "a"};
    error_group_go(&group, work, &part);
    error_group_go(&group, work, &part);
    error_group_set_limit(&group, 3);
}

static void go_nowhere(void *unused)
{
    (void)unused;
    error_group_go(&(struct error_group){0}, NULL, NULL);
}

static void try_to_go_nowhere(void *unused)
{
    (void)unused;
    error_group_try_go(&(struct error_group){0}, NULL, NULL);
}

static void no_function_is_refused(void **state)
{
    (void)state;
    support_expect_panic(go_nowhere, "error_group_go() with NULL for a function");
    support_expect_panic(try_to_go_nowhere, "error_group_go() with NULL for a function");
}

static void a_limit_that_changes_under_its_tasks_panics(void **state)
{
    (void)state;
    support_expect_panic(change_while_running,
                         "errgroup: modify limit while 2 goroutines in the group are still active");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_errors_the_wait_is_for_all_and_tells_none),
        cmocka_unit_test(an_empty_group_waits_for_nobody),
        cmocka_unit_test(the_first_error_in_time_counts),
        cmocka_unit_test(the_context_ends_with_the_first_error),
        cmocka_unit_test(an_error_of_the_caller_s_own_is_told_too),
        cmocka_unit_test(the_context_ends_with_the_wait_where_all_went_well),
        cmocka_unit_test(a_parent_s_end_reaches_the_group),
        cmocka_unit_test(never_more_run_than_the_limit_says),
        cmocka_unit_test(a_try_finds_the_limit_and_does_not_wait),
        cmocka_unit_test(a_limit_of_nothing_lets_nobody_in_and_a_negative_one_all),
        cmocka_unit_test(a_member_is_known_by_what_it_was_told_to_run),
        cmocka_unit_test(without_memory_a_member_is_refused_and_takes_no_slot),
        cmocka_unit_test(no_function_is_refused),
        cmocka_unit_test(a_limit_that_changes_under_its_tasks_panics),
    };
    return cmocka_run_group_tests_name("error groups", tests, NULL, NULL);
}
