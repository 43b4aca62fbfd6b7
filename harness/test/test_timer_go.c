/* Timers that call a function in a task of its own. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/timer.h"

static void sleep_and_say(void *word)
{
    note("%s", (const char *)word);
    task_sleep(SECOND);
    note("%s again", (const char *)word);
}

TASK_TEST(the_function_is_called_at_its_time_and_may_park)
{
    int64_t start = clock_now();
    struct timer *t = timer_go(SECOND, sleep_and_say, "hello");
    defer(timer_drop, t);
    assert_null(timer_chan(t));
    task_sleep(SECOND - 1);
    expect_notes("");
    task_sleep(1);
    settle();
    expect_notes("hello");
    task_sleep(SECOND);
    settle();
    expect_notes("hello again");
    assert_int_equal(clock_now(), start + 2 * SECOND);
}

TASK_TEST(a_stop_keeps_it_from_being_called)
{
    struct timer *t = timer_go(SECOND, sleep_and_say, "hello");
    defer(timer_drop, t);
    assert_true(timer_stop(t));
    assert_false(timer_stop(t));
    task_sleep(HOUR);
    expect_notes("");
}

TASK_TEST(a_reset_calls_it_anew_also_beside_a_call_that_runs)
{
    struct timer *t = timer_go(SECOND, sleep_and_say, "a");
    defer(timer_drop, t);
    task_sleep(SECOND);
    settle();
    assert_false(timer_stop(t)); /* its task runs */
    assert_false(timer_reset(t, SECOND / 2));
    task_sleep(HOUR);
    expect_notes("a a a again a again");
}

TASK_TEST(dropped_it_still_fires_and_is_then_gone)
{
    timer_drop(timer_go(SECOND, sleep_and_say, "hello"));
    assert_int_equal(task_stats.timers, 1);
    task_sleep(HOUR);
    assert_int_equal(task_stats.timers, 0);
    expect_notes("hello hello again");
}

static bool find_call(const struct task_info *task, void *found)
{
    if (task->entry == sleep_and_say) {
        *(int *)found += 1;
        assert_string_equal(task->site->entry, "sleep_and_say");
        assert_string_equal(task->site->function, "arrange");
        assert_int_equal(task->parent, 0); /* the clock made it */
    }
    return true;
}

static void arrange(void)
{
    timer_drop(timer_go(SECOND, sleep_and_say, "hello"));
}

TASK_TEST(the_task_is_known_by_where_the_timer_was_made)
{
    arrange();
    task_sleep(SECOND);
    int found = 0;
    task_each(find_call, &found);
    assert_int_equal(found, 1);
    task_sleep(HOUR);
}

static void arrange_nothing(void *unused)
{
    (void)unused;
    timer_go(SECOND, NULL, NULL);
}

static void no_function_is_refused_where_it_is_arranged(void **state)
{
    (void)state;
    support_expect_panic(arrange_nothing, "timer_go() with NULL for a function");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_function_is_called_at_its_time_and_may_park),
        cmocka_unit_test(a_stop_keeps_it_from_being_called),
        cmocka_unit_test(a_reset_calls_it_anew_also_beside_a_call_that_runs),
        cmocka_unit_test(dropped_it_still_fires_and_is_then_gone),
        cmocka_unit_test(the_task_is_known_by_where_the_timer_was_made),
        cmocka_unit_test(no_function_is_refused_where_it_is_arranged),
    };
    return cmocka_run_group_tests_name("timers with tasks", tests, NULL, NULL);
}
