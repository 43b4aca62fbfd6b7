/* Timers in dumps: told by the line that made them, and only where nobody is
 * left out. */
#include "test/words.h"

#include "profile/dump.h"
#include "profile/timers.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/timer.h"

static void nothing(void *unused)
{
    (void)unused;
}

static bool take_all(const struct task_info *task, void *arg)
{
    (void)task, (void)arg;
    return true;
}

static void sleep_long(void *unused)
{
    (void)unused;
    task_sleep(HOUR);
}

TASK_TEST(timers_are_grouped_by_the_line_that_made_them)
{
    struct timers *none = timers_collect();
    assert_int_equal(none->total, 0);
    timers_free(none);
    struct chan *after[3];
    for (int i = 0; i < 3; i++)
        after[i] = timer_after((i + 1) * MINUTE);
    int line = __LINE__ - 1;
    struct timer *once = timer_new(SECOND);
    struct timer *call = timer_func(SECOND, nothing, NULL);
    struct ticker *ticker = ticker_new(90 * SECOND);
    struct ctx *ctx = ctx_with_timeout(ctx_background(), HOUR); /* no timer */
    go(sleep_long, NULL);                                       /* nor this */
    settle();
    struct timers *t = timers_collect();
    assert_int_equal(t->total, 6);
    assert_int_equal(t->length, 4); /* also where the compiler has unrolled the loop */
    assert_int_equal(t->groups[0].count, 3);
    assert_int_equal(t->groups[0].due_max - t->groups[0].due_min, 2 * MINUTE);
    timers_free(t);
    char *text = dump_text(&(struct dump){.format = DUMP_SUMMARY}), expected[256];
    expect_words(text, "2 tasks, 6 timers\n");
    expect_match(text, "^1 ticker due in 1.5 minutes, made at harness/test/test_profile_timers.c:");
    snprintf(expected, sizeof expected, "made at harness/test/test_profile_timers.c:%d in %s\n",
             line, __func__);
    expect_words(text, expected);
    free(text);
    text = dump_text(&(struct dump){.format = DUMP_TEXT});
    expect_match(text, "^# [0-9]+ timers? due in 1.0 s, made at "
                       "harness/test/test_profile_timers.c:");
    free(text);
    text = dump_text(&(struct dump){.format = DUMP_JSON});
    expect_match(text, "\"tickers\":true,\"due_in\":\\{\"min\":90000000000,"
                       "\"max\":90000000000\\}");
    free(text);
    text = dump_text(&(struct dump){.format = DUMP_JSON, .filter = take_all});
    expect_no_words(text, "\"timers\"");
    free(text);
    timer_stop(once); /* a stopped one is no longer there */
    t = timers_collect();
    assert_int_equal(t->total, 5);
    timers_free(t);
    timer_stop(call);
    ticker_stop(ticker);
    timer_drop(once);
    timer_drop(call);
    ticker_drop(ticker);
    ctx_cancel(ctx);
    ctx_drop(ctx);
    task_sleep(HOUR);
    for (int i = 0; i < 3; i++)
        chan_drop(after[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_are_grouped_by_the_line_that_made_them),
    };
    return cmocka_run_group_tests_name("profile: timers", tests, NULL, NULL);
}
