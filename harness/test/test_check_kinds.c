/* What grows with the requests, what is held, what stays the same, what spins: each told as what it is, over cases
 * that really run. Nothing of it takes time by the clock. */
#include "test/judged_requests.h"
#include "test/judging.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/timer.h"
#include <stdlib.h>
#include <sys/resource.h>

/* --- What one request does ------------------------------------------------------------------ */

static void hold_two_timers(struct ctx *request)
{
    (void)request;
    for (int i = 0; i < 2; i++)
        chan_drop(timer_after(MINUTE));
}
enum { TIMERS_LINE = __LINE__ - 2 };

static void linger(void *arg)
{
    task_sleep((int64_t)(intptr_t)arg);
}
enum { LINGER_LINE = __LINE__ - 2 };

static void end_late(struct ctx *request)
{
    (void)request;
    go(linger, (void *)(intptr_t)(9 * MINUTE));
}

static void end_after_a_year(struct ctx *request)
{
    (void)request;
    go(linger, (void *)(intptr_t)(365 * 24 * HOUR));
}

static void end_a_little_later(struct ctx *request)
{
    (void)request;
    go(linger, (void *)(intptr_t)(2 * MILLISECOND));
}

/* One keeper, always another. */
static void hand_over(struct ctx *request)
{
    static struct chan *relieved;
    (void)request;
    if (relieved) {
        chan_close(relieved);
        chan_drop(relieved);
    }
    relieved = chan_make(int, 0);
    go(wait_for_ever, chan_ref(relieved));
}

static void fill_cache(struct ctx *request)
{
    enum { ENTRIES = 7 };
    static void *cache[ENTRIES];
    static int next;
    (void)request;
    free(cache[next]);
    cache[next] = malloc(1000);
    next = (next + 1) % ENTRIES;
}

/* Fills up while load goes on, and is full long before the end: a warm-up is not enough. */
static void fill_late(struct ctx *request)
{
    static int entries;
    (void)request;
    if (entries < 4 * REQUESTS) {
        entries++;
        chan_make(int, 0);
    }
}

static struct mutex queue;

static void hold_a_minute(void *arg)
{
    (void)arg;
    mutex_lock(&queue);
    task_sleep(MINUTE);
    mutex_unlock(&queue);
}

static void queue_up(struct ctx *request)
{
    (void)request;
    go(hold_a_minute, NULL);
}

static void spin(void *arg)
{
    (void)arg;
    for (;;)
        task_yield();
}

static void leak_spinner(struct ctx *request)
{
    (void)request;
    go(spin, NULL);
}

static void sleep_again(void *arg)
{
    (void)arg;
    for (;;)
        task_sleep(SECOND);
}

static void leak_sleeper(struct ctx *request)
{
    (void)request;
    go(sleep_again, NULL);
}

static void time_out_again(void *arg)
{
    (void)arg;
    for (;;) {
        struct chan *c = timer_after(SECOND);
        defer(chan_drop, c);
        chan_recv(c, NULL);
    }
}

static void leak_timeouts(struct ctx *request)
{
    (void)request;
    go(time_out_again, NULL);
}

static void expire_again(void *arg)
{
    (void)arg;
    for (;;) {
        struct ctx *c = ctx_with_timeout(ctx_background(), SECOND);
        defer(ctx_drop, c);
        chan_recv(ctx_done(c), NULL);
    }
}

static void leak_expiries(struct ctx *request)
{
    (void)request;
    go(expire_again, NULL);
}

static void tick_fast(void *arg)
{
    (void)arg;
    struct ticker *t = ticker_new(100 * MICROSECOND);
    for (;;)
        chan_recv(ticker_chan(t), NULL);
}

static void leak_fast_ticker(struct ctx *request)
{
    (void)request;
    go(tick_fast, NULL);
}

static void be_followed(void *arg)
{
    task_sleep(SECOND);
    go(be_followed, arg);
}

static void leak_dynasty(struct ctx *request)
{
    (void)request;
    go(be_followed, NULL);
}

/* In load, from some request on, there is no room for another stack. */
static void run_out_of_room(struct ctx *request)
{
    static int number;
    if (++number == 250) {
        struct rlimit limit = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
        setrlimit(RLIMIT_AS, &limit);
    }
    leak_receiver(request); /* which does not ask whether its task was made */
}

static int number;

static void leak_one_in_ninety(struct ctx *request)
{
    if (++number % 90 == 0)
        leak_receiver(request);
}

static const struct pair pairs[] = {
    {.id = "held",
     .entry = {hold_two_timers, hold_two_timers},
     LEAVES(.timers_held = 2, .held_for = MINUTE)},
    {.id = "held_three", .entry = {hold_two_timers, nothing}, LEAVES(.timers_held = 3)},
    {.id = "held_longer",
     .entry = {hold_two_timers, nothing},
     LEAVES(.timers_held = 2, .held_for = HOUR)},
    {.id = "late", .entry = {end_late, end_late}, LEAVES(.tasks_held = 1, .held_for = 9 * MINUTE)},
    {.id = "year", .entry = {end_after_a_year, end_after_a_year}, LEAVES(.tasks_held = 1)},
    {.id = "moment", .entry = {nothing, end_a_little_later}},
    {.id = "handover", .entry = {hand_over, hand_over}, ONE_RECEIVER},
    {.id = "cache", .entry = {nothing, fill_cache}},
    {.id = "late_cache", .entry = {nothing, fill_late}},
    {.id = "queue", .entry = {nothing, queue_up}},
    {.id = "rare", .entry = {leak_one_in_ninety, leak_one_in_ninety}, ONE_RECEIVER},
    {.id = "spinner", .entry = {leak_spinner, nothing}, LEAVES(.parked = {[WAIT_NONE] = 1})},
    {.id = "sleeper", .entry = {leak_sleeper, nothing}, LEAVES(.parked = {[WAIT_SLEEP] = 1})},
    {.id = "dynasty", .entry = {leak_dynasty, nothing}, LEAVES(.parked = {[WAIT_SLEEP] = 1})},
    {.id = "timeouts",
     .entry = {leak_timeouts, nothing},
     LEAVES(.parked = {[WAIT_CHAN_RECEIVE] = 1}, .timers = 1, .timers_held = 1)},
    {.id = "expiries", .entry = {leak_expiries, nothing}, ONE_RECEIVER},
    {.id = "fast_ticker",
     .entry = {leak_fast_ticker, nothing},
     LEAVES(.parked = {[WAIT_CHAN_RECEIVE] = 1}, .timers = 1, .timers_held = 1)},
    {.id = "starved", .entry = {run_out_of_room, run_out_of_room}, ONE_RECEIVER},
};

/* --- Cases ---------------------------------------------------------------------------------- */

/* What keeps a task awake is told as it is; nothing of it hangs, or takes time by the clock. */
static void what_spins_is_named_and_by_what(void **state)
{
    (void)state;
    static const struct {
        const char *id, *reason, *awake;
    } spinners[] = {
        {"spinner", "running", ", never parked"},
        {"sleeper", "sleep", ", kept awake only by its own sleep"},
        {"dynasty", "sleep", ", kept awake only by its own sleep"},
        {"timeouts", "chan receive", ", kept awake only by a timer, armed again each turn"},
        {"expiries", "chan receive", ", kept awake only by a deadline, set again each turn"},
        {"fast_ticker", "chan receive", ", kept awake only by its own ticker"},
    };
    for (size_t i = 0; i < sizeof spinners / sizeof *spinners; i++) {
        char words[256];
        struct verdict verdict = judged(spinners[i].id, VARIANT_LEAK);
        snprintf(
            words, sizeof words,
            "LEAK 1.000 task/request, %s at harness/test/test_check_kinds.c:", spinners[i].reason);
        if (strncmp(verdict.words, words, strlen(words)) != 0 ||
            !strstr(verdict.words, spinners[i].awake))
            fail_msg("%s: \"%s\"", spinners[i].id, verdict.words);
        if (!verdict.as_catalogued)
            fail_msg("%s: \"%s\"", spinners[i].id, verdict.wrong);
    }
}

static void timers_held_under_load_level_off(void **state)
{
    (void)state;
    char words[256];
    snprintf(words, sizeof words, ", made at harness/test/test_check_kinds.c:%d", TIMERS_LINE);
    struct verdict verdict = judged("held", VARIANT_LEAK);
    assert_int_equal(verdict.kind, VERDICT_HOLDS);
    assert_non_null(strstr(verdict.words, "HOLDS 2.000 timer/request for 1 min"));
    assert_non_null(strstr(verdict.words, ": levels off at 120,000 timers"));
    assert_non_null(strstr(verdict.words, " at 1,000/s"));
    assert_non_null(strstr(verdict.words, words));
    assert_true(verdict.as_catalogued);
    expect("held", VARIANT_FIX, "HOLDS 2.000 timer/request for 1 min",
           "expected 0.000 timer/request held under load, saw 2.000");
    expect("held_three", VARIANT_LEAK, "HOLDS 2.000 timer/request for 1 min",
           "expected 3.000 timer/request held under load, saw 2.000");
    expect("held_longer", VARIANT_LEAK, "HOLDS 2.000 timer/request for 1 min",
           "expected to be held for 1 h, saw 1 min");
}

static void what_ends_in_the_end_is_held_and_no_leak(void **state)
{
    (void)state;
    char words[256];
    snprintf(words, sizeof words, ", sleep at harness/test/test_check_kinds.c:%d", LINGER_LINE);
    expect("late", VARIANT_LEAK, "HOLDS 1.000 task/request for 9 min", "");
    struct verdict verdict = judged("late", VARIANT_FIX);
    assert_non_null(strstr(verdict.words, ": levels off at 540,000 tasks"));
    assert_non_null(strstr(verdict.words, words));
    assert_string_equal(verdict.wrong, "expected 0.000 task/request held under load, saw 1.000");
    expect("year", VARIANT_LEAK, "HOLDS 1.000 task/request for 365 days", "");
    /* Who wants a bound has one. */
    struct settings settings = checked();
    settings.settle = 5 * MINUTE;
    struct outcome outcome = run_with("late", VARIANT_FIX, &settings, 0);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_non_null(strstr(verdict.wrong, "task/request in sleep, saw 1.000"));
    outcome_free(&outcome);
}

static void what_grows_with_the_requests_is_told_from_what_does_not(void **state)
{
    (void)state;
    expect("moment", VARIANT_FIX, "clean", "");
    expect("cache", VARIANT_FIX, "clean", "");
    expect("handover", VARIANT_FIX, "clean, but for 1 task and 1 channel, however many requests",
           "");
    expect("handover", VARIANT_LEAK, "clean",
           "expected 1.000 task/request in chan receive, saw 0.000");
    struct settings settings = checked();
    struct verdict verdict;
    settings.requests = 8 * REQUESTS;
    struct outcome outcome = run_with("late_cache", VARIANT_FIX, &settings, 0);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_string_equal(verdict.words,
                        "clean, but for 60 channels, however many requests there are");
    assert_true(verdict.as_catalogued);
    outcome_free(&outcome);
}

/* Of a hundred requests two left something. */
static void of_too_few_no_more_is_said_than_is_known(void **state)
{
    (void)state;
    struct settings settings = checked();
    struct verdict verdict;
    settings.requests = 5 * REQUESTS;
    settings.warm_up = 80;
    struct outcome outcome = run_with("rare", VARIANT_FIX, &settings, 0);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_int_equal(verdict.kind, VERDICT_UNSURE);
    assert_non_null(strstr(verdict.words, "UNSURE 0.020 task/request, chan receive at "));
    assert_true(verdict.as_catalogued); /* nothing is held against it */
    outcome_free(&outcome);
    settings.requests = 900;
    outcome = run_with("rare", VARIANT_FIX, &settings, 0);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_int_equal(verdict.kind, VERDICT_LEAK);
    assert_non_null(strstr(verdict.words, "LEAK 0.011 task/request, chan receive at "));
    outcome_free(&outcome);
}

static void a_queue_that_grows_is_not_said_to_level_off(void **state)
{
    (void)state;
    struct verdict verdict = judged("queue", VARIANT_FIX);
    assert_int_equal(verdict.kind, VERDICT_HOLDS);
    assert_non_null(
        strstr(verdict.words, ", and longer the more requests there are: does not level off"));
    assert_null(strstr(verdict.words, "levels off at"));
}

static void refused_tasks_are_told_and_what_was_counted_is_no_leak(void **state)
{
    (void)state;
    if (support_is_instrumented()) {
        print_message("# the sanitizers want all the address space there is\n");
        skip();
    }
    struct settings settings = checked();
    struct verdict verdict;
    settings.requests = 200;
    settings.warm_up = 200;
    struct outcome outcome = run_with("starved", VARIANT_LEAK, &settings, 0);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_int_equal(verdict.kind, VERDICT_STARVED);
    assert_non_null(strstr(verdict.words, " tasks were refused for want of memory ("));
    assert_null(strstr(verdict.words, "LEAK"));
    assert_non_null(strstr(verdict.wrong, " tasks were refused, "));
    assert_false(verdict.as_catalogued);
    outcome_free(&outcome);
}

int main(int argc, char **argv)
{
    JUDGING_BEGIN(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_spins_is_named_and_by_what),
        cmocka_unit_test(timers_held_under_load_level_off),
        cmocka_unit_test(what_ends_in_the_end_is_held_and_no_leak),
        cmocka_unit_test(what_grows_with_the_requests_is_told_from_what_does_not),
        cmocka_unit_test(of_too_few_no_more_is_said_than_is_known),
        cmocka_unit_test(a_queue_that_grows_is_not_said_to_level_off),
        cmocka_unit_test(refused_tasks_are_told_and_what_was_counted_is_no_leak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
