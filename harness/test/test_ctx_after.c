/* Calls after a context's end, contexts that outlive their parent's, and what one end reaches. */
#include "test/support.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/inspect.h"
#include <string.h>

static void say(void *word)
{
    note("%s", (const char *)word);
}

TASK_TEST(the_call_is_made_once_in_a_task_of_its_own)
{
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    struct ctx_after *after = ctx_after_func(c, say, "called");
    defer(ctx_after_drop, after);
    settle();
    expect_notes("");
    ctx_cancel(c);
    expect_notes(""); /* the task is made, and waits for its turn */
    assert_int_equal(task_count(), 2);
    settle();
    expect_notes("called");
    ctx_cancel(c);
    settle();
    expect_notes("");
}

TASK_TEST(after_the_end_the_call_is_made_at_once)
{
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    ctx_cancel(c);
    struct ctx_after *after = ctx_after_func(c, say, "called");
    defer(ctx_after_drop, after);
    assert_int_equal(task_count(), 2);
    settle();
    expect_notes("called");
    assert_false(ctx_after_stop(after));
}

TASK_TEST(a_deadline_and_a_parent_s_end_call_too)
{
    struct ctx *timed = ctx_with_timeout(ctx_background(), SECOND);
    defer(ctx_drop, timed);
    struct ctx *parent = ctx_with_cancel(ctx_background()), *child = ctx_with_cancel(parent);
    defer(ctx_drop, parent);
    defer(ctx_drop, child);
    struct ctx_after *by_time = ctx_after_func(timed, say, "time");
    struct ctx_after *by_parent = ctx_after_func(child, say, "parent");
    defer(ctx_after_drop, by_time);
    defer(ctx_after_drop, by_parent);
    ctx_cancel(parent);
    settle();
    expect_notes("parent");
    task_sleep(SECOND - 1);
    expect_notes("");
    task_sleep(1);
    settle();
    expect_notes("time");
}

TASK_TEST(several_calls_of_one_context_do_not_know_of_each_other)
{
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    static const char *const words[] = {"a", "b", "c", "d"};
    struct ctx_after *afters[4];
    for (int i = 0; i < 4; i++)
        afters[i] = ctx_after_func(c, say, (void *)words[i]);
    assert_true(ctx_after_stop(afters[1]));
    assert_true(ctx_after_stop(afters[3]));
    ctx_cancel(c);
    settle();
    expect_notes("a c"); /* first come, first served */
    for (int i = 0; i < 4; i++) {
        assert_false(ctx_after_stop(afters[i]));
        ctx_after_drop(afters[i]);
    }
}

TASK_TEST(a_stop_tells_whether_it_kept_the_call_from_being_made)
{
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    struct ctx_after *stopped = ctx_after_func(c, say, "stopped");
    struct ctx_after *called = ctx_after_func(c, say, "called");
    defer(ctx_after_drop, stopped);
    defer(ctx_after_drop, called);
    assert_true(ctx_after_stop(stopped));
    assert_false(ctx_after_stop(stopped));
    ctx_cancel(c);
    assert_false(ctx_after_stop(called)); /* its task is there, though it has not run */
    settle();
    expect_notes("called");
}

TASK_TEST(what_waits_keeps_itself_and_its_context)
{
    uint64_t before = task_stats.contexts;
    struct ctx *parent = ctx_with_cancel(ctx_background()), *child = ctx_with_cancel(parent);
    defer(ctx_drop, parent);
    ctx_after_drop(ctx_after_func(child, say, "called"));
    ctx_drop(child);
    assert_int_equal(task_stats.contexts, before + 2);
    ctx_cancel(parent);
    assert_int_equal(task_stats.contexts, before + 1);
    settle();
    expect_notes("called");
}

TASK_TEST(a_stopped_call_lets_its_context_go)
{
    uint64_t before = task_stats.contexts;
    struct ctx *c = ctx_with_timeout(ctx_background(), HOUR);
    struct ctx_after *after = ctx_after_func(c, say, "called");
    ctx_drop(c);
    assert_int_equal(task_stats.contexts, before + 1);
    assert_true(ctx_after_stop(after));
    assert_int_equal(task_stats.contexts, before);
    assert_int_equal(task_stats.armed, 0);
    ctx_after_drop(after);
}

TASK_TEST(of_a_context_without_end_the_call_is_never_made)
{
    struct ctx_after *after = ctx_after_func(ctx_background(), say, "called");
    ctx_cancel(ctx_background());
    settle();
    expect_notes("");
    assert_true(ctx_after_stop(after));
    ctx_after_drop(after);
}

static bool find_call(const struct task_info *task, void *found)
{
    if (task->entry == say) {
        *(int *)found += 1;
        assert_string_equal(task->site->entry, "say");
        assert_string_equal(task->site->function, "arrange");
    }
    return true;
}

static struct ctx_after *arrange(struct ctx *c)
{
    return ctx_after_func(c, say, "called");
}

TASK_TEST(the_task_is_known_by_where_the_call_was_arranged)
{
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    ctx_after_drop(arrange(c));
    ctx_cancel(c);
    int found = 0;
    task_each(find_call, &found);
    assert_int_equal(found, 1);
}

static void after_nothing(void *unused)
{
    (void)unused;
    ctx_after_func(ctx_background(), NULL, NULL);
}

static void no_function_is_refused_where_it_is_arranged(void **state)
{
    (void)state;
    support_expect_panic(after_nothing, "ctx_after_func() with NULL for a function");
}

/* --- Contexts without cancel -------------------------------------------------------------------- */

TASK_TEST(without_cancel_only_the_values_are_the_parent_s)
{
    static const char key[] = "key";
    struct ctx *valued = ctx_with_value(ctx_background(), key, "kept");
    struct ctx *parent = ctx_with_timeout(valued, SECOND);
    struct ctx *c = ctx_without_cancel(parent);
    struct ctx *child = ctx_with_cancel(c);
    defer(ctx_drop, valued);
    defer(ctx_drop, parent);
    defer(ctx_drop, c);
    defer(ctx_drop, child);
    int64_t when;
    assert_false(ctx_deadline(c, &when));
    assert_false(ctx_deadline(child, &when));
    assert_null(ctx_done(c));
    task_sleep(2 * SECOND);
    assert_int_equal(ctx_err(parent), CTX_DEADLINE_EXCEEDED);
    ctx_cancel(c);
    assert_int_equal(ctx_err(c), CTX_OK);
    assert_null(ctx_cause(c));
    assert_int_equal(ctx_err(child), CTX_OK);
    assert_string_equal(ctx_value(child, key), "kept");
    ctx_cancel(child);
    assert_int_equal(ctx_err(child), CTX_CANCELED);
}

TASK_TEST(without_cancel_of_an_ended_parent_goes_on)
{
    struct ctx *parent = ctx_with_cancel(ctx_background());
    defer(ctx_drop, parent);
    ctx_cancel_cause(parent, "over");
    struct ctx *c = ctx_without_cancel(parent), *child = ctx_with_timeout(c, SECOND);
    defer(ctx_drop, c);
    defer(ctx_drop, child);
    assert_int_equal(ctx_err(c), CTX_OK);
    assert_null(ctx_cause(c));
    assert_int_equal(ctx_err(child), CTX_OK);
    assert_false(chan_recv(ctx_done(child), NULL));
    assert_int_equal(ctx_err(child), CTX_DEADLINE_EXCEEDED);
}

/* --- One event ----------------------------------------------------------------------------------- */

enum { WORKERS = 200 };

struct workers {
    struct chan *jobs;
    struct ctx *contexts[WORKERS];
    int next, jobs_taken, ended;
};

static void work(void *arg)
{
    struct workers *all = arg;
    struct ctx *mine = all->contexts[all->next++];
    int job;
    if (chan_select(on_recv(ctx_done(mine), NULL), on_recv(all->jobs, &job)) == 1)
        all->jobs_taken++;
    else
        all->ended += ctx_err(mine) == CTX_CANCELED;
}

TASK_TEST(after_a_cancel_nobody_below_takes_a_job)
{
    struct workers all = {.jobs = chan_make(int, 0)};
    defer(chan_drop, all.jobs);
    struct ctx *root = ctx_with_cancel(ctx_background());
    defer(ctx_drop, root);
    for (int i = 0; i < WORKERS; i++) {
        all.contexts[i] = ctx_with_cancel(i < 10 ? root : all.contexts[i - 10]);
        go(work, &all);
    }
    settle();
    ctx_cancel(root);
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(ctx_err(all.contexts[i]), CTX_CANCELED);
    assert_false(chan_try_send(all.jobs, &(int){1}));
    settle();
    assert_int_equal(all.jobs_taken, 0);
    assert_int_equal(all.ended, WORKERS);
    for (int i = 0; i < WORKERS; i++)
        ctx_drop(all.contexts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_call_is_made_once_in_a_task_of_its_own),
        cmocka_unit_test(after_the_end_the_call_is_made_at_once),
        cmocka_unit_test(a_deadline_and_a_parent_s_end_call_too),
        cmocka_unit_test(several_calls_of_one_context_do_not_know_of_each_other),
        cmocka_unit_test(a_stop_tells_whether_it_kept_the_call_from_being_made),
        cmocka_unit_test(what_waits_keeps_itself_and_its_context),
        cmocka_unit_test(a_stopped_call_lets_its_context_go),
        cmocka_unit_test(of_a_context_without_end_the_call_is_never_made),
        cmocka_unit_test(the_task_is_known_by_where_the_call_was_arranged),
        cmocka_unit_test(no_function_is_refused_where_it_is_arranged),
        cmocka_unit_test(without_cancel_only_the_values_are_the_parent_s),
        cmocka_unit_test(without_cancel_of_an_ended_parent_goes_on),
        cmocka_unit_test(after_a_cancel_nobody_below_takes_a_job),
    };
    return cmocka_run_group_tests_name("calls after a context", tests, NULL, NULL);
}
