/* The verdict over cases that really run: planted leaks in fixes, planted cures in leaks, and every
 * other way in which a sample can be wrong. This program is its own child, as leaklab is; the pairs
 * are its own. */
#include "test/support.h"

#include "load/child.h"
#include "load/lab.h"
#include "load/selection.h"
#include "probe/heap.h"
#include "probe/expected.h"
#include "probe/verdict.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { REQUESTS = 20 };

/* --- What one request does ------------------------------------------------------------------ */

static void nothing(struct ctx *request)
{
    (void)request;
}

static void wait_for_ever(void *arg)
{
    struct chan *c = arg;
    defer(chan_drop, c);
    chan_recv(c, NULL);
}
enum { WAIT_LINE = __LINE__ - 2 };

static void leak_receiver(struct ctx *request)
{
    (void)request;
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(wait_for_ever, chan_ref(c));
}

static void leak_every_other(struct ctx *request)
{
    static int number;
    if (++number % 2)
        leak_receiver(request);
}

static void send_for_ever(void *arg)
{
    struct chan *c = arg;
    defer(chan_drop, c);
    chan_send(c, &(int){1});
}

static void leak_sender(struct ctx *request)
{
    (void)request;
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(send_for_ever, chan_ref(c));
}

static void never_return(struct ctx *request)
{
    (void)request;
    struct wait_group group = {0};
    wait_group_add(&group, 1);
    wait_group_wait(&group);
}

static void leak_ticker(struct ctx *request)
{
    (void)request;
    struct ticker *t = ticker_new(SECOND);
    ticker_drop(t);
}
enum { TICKER_LINE = __LINE__ - 3 };

static void tick_for_ever(void *arg)
{
    struct ticker *t = arg;
    defer(ticker_drop, t);
    for (;;)
        chan_recv(ticker_chan(t), NULL);
}

static void leak_ticking_task(struct ctx *request)
{
    (void)request;
    go(tick_for_ever, ticker_new(SECOND));
}

static void hold_two_timers(struct ctx *request)
{
    (void)request;
    for (int i = 0; i < 2; i++)
        chan_drop(timer_after(MINUTE));
}
enum { TIMERS_LINE = __LINE__ - 2 };

static void leak_channel(struct ctx *request)
{
    (void)request;
    chan_make(int, 0);
}

static void leak_context(struct ctx *request)
{
    ctx_with_cancel(request);
}

/* A context of its own lives on under the request's parent, which lives for ever. */
static void lose_cancel(struct ctx *request)
{
    (void)request;
    ctx_done(ctx_with_cancel(ctx_background()));
}
enum { CONTEXT_LINE = __LINE__ - 2 };

static void *volatile kept;

static void leak_byte(struct ctx *request)
{
    (void)request;
    kept = malloc(1);
}

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

/* Each waits for the one before it: the last of twice as many waits twice as long. */
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

static void panic(struct ctx *request)
{
    (void)request;
    struct chan *c = chan_make(int, 0);
    chan_close(c);
    chan_close(c);
}

static void talk_and_panic(struct ctx *request)
{
    fprintf(stderr, "all is well so far\n");
    panic(request);
}

static void crash(struct ctx *request)
{
    (void)request;
    raise(SIGKILL);
}

static void leave(struct ctx *request)
{
    (void)request;
    _exit(0);
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

static void compute(struct ctx *request)
{
    (void)request;
    for (;;)
        kept = NULL;
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

static void want_small_stacks(struct ctx *request)
{
    (void)request;
    if (task_stack_size() != 32768)
        task_panic("stacks of %zu bytes", task_stack_size());
}

/* Of requests in `number`, from 1 on, some leave a task. */
static int number;

static void leak_one_in_ninety(struct ctx *request)
{
    if (++number % 90 == 0)
        leak_receiver(request);
}

#define LEAVES(...)  .expected = {[VARIANT_LEAK] = {__VA_ARGS__}}
#define ONE_RECEIVER LEAVES(.parked = {[WAIT_CHAN_RECEIVE] = 1})

static const struct pair pairs[] = {
    {.id = "right", .entry = {leak_receiver, nothing}, ONE_RECEIVER},
    {.id = "leaky_fix", .entry = {leak_receiver, leak_receiver}, ONE_RECEIVER},
    {.id = "cured_leak", .entry = {nothing, nothing}, ONE_RECEIVER},
    {.id = "half_leak", .entry = {leak_every_other, nothing}, ONE_RECEIVER},
    {.id = "other_reason", .entry = {leak_sender, leak_sender}, ONE_RECEIVER},
    {.id = "no_return",
     .entry = {never_return, nothing},
     LEAVES(.parked = {[WAIT_WAIT_GROUP] = 1})},
    {.id = "ticker", .entry = {leak_ticker, leak_ticker}, LEAVES(.timers = 1, .timers_held = 1)},
    {.id = "ticking",
     .entry = {leak_ticking_task, nothing},
     LEAVES(.parked = {[WAIT_CHAN_RECEIVE] = 1}, .timers = 1, .timers_held = 1)},
    {.id = "held",
     .entry = {hold_two_timers, hold_two_timers},
     LEAVES(.timers_held = 2, .held_for = MINUTE)},
    {.id = "held_three", .entry = {hold_two_timers, nothing}, LEAVES(.timers_held = 3)},
    {.id = "held_longer",
     .entry = {hold_two_timers, nothing},
     LEAVES(.timers_held = 2, .held_for = HOUR)},
    {.id = "channel", .entry = {leak_channel, leak_channel}, LEAVES(.channels = 1)},
    {.id = "context", .entry = {nothing, leak_context}},
    {.id = "lost_cancel", .entry = {lose_cancel, nothing}, LEAVES(.contexts = 1)},
    {.id = "byte", .entry = {leak_byte, leak_byte}, LEAVES(.heap = 8)},
    {.id = "late", .entry = {end_late, end_late}, LEAVES(.tasks_held = 1, .held_for = 9 * MINUTE)},
    {.id = "year", .entry = {end_after_a_year, end_after_a_year}, LEAVES(.tasks_held = 1)},
    {.id = "moment", .entry = {nothing, end_a_little_later}},
    {.id = "handover", .entry = {hand_over, hand_over}, ONE_RECEIVER},
    {.id = "cache", .entry = {nothing, fill_cache}},
    {.id = "late_cache", .entry = {nothing, fill_late}},
    {.id = "queue", .entry = {nothing, queue_up}},
    {.id = "rare", .entry = {leak_one_in_ninety, leak_one_in_ninety}, ONE_RECEIVER},
    {.id = "panic", .entry = {panic, panic}, ONE_RECEIVER},
    {.id = "talker", .entry = {talk_and_panic, talk_and_panic}, ONE_RECEIVER},
    {.id = "crash", .entry = {crash, crash}, ONE_RECEIVER},
    {.id = "leave", .entry = {leave, leave}, ONE_RECEIVER},
    {.id = "compute", .entry = {compute, nothing}, ONE_RECEIVER},
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
    {.id = "small_stacks", .entry = {want_small_stacks, want_small_stacks}},
};

static const struct pair *pair_called(const char *id)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!strcmp(pairs[i].id, id))
            return &pairs[i];
    return NULL;
}

/* --- Running one ---------------------------------------------------------------------------- */

static struct settings checked(void)
{
    struct settings settings = settings_default();
    settings.virtual_clock = 1;
    settings.baseline = 0;
    settings.requests = settings.warm_up = REQUESTS;
    return settings;
}

/* The outcome is freed by the caller. */
static struct outcome run_with(const char *id, enum variant variant,
                               const struct settings *settings, int64_t time_limit)
{
    struct outcome outcome = outcome_of(pair_called(id), variant, settings);
    struct lab_plan plan = {.cases = &outcome, .length = 1, .at_once = 1, .time_limit = time_limit};
    assert_non_null(outcome.pair);
    assert_int_equal(lab_run(&plan), 0);
    return outcome;
}

static struct outcome run_one(const char *id, enum variant variant)
{
    struct settings settings = checked();
    return run_with(id, variant, &settings, 0);
}

static struct verdict judged(const char *id, enum variant variant)
{
    struct verdict verdict;
    struct outcome outcome = run_one(id, variant);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    outcome_free(&outcome);
    return verdict;
}

/* words and wrong may say only how each begins; what a leaked task holds comes behind. */
static void expect(const char *id, enum variant variant, const char *words, const char *wrong)
{
    struct verdict verdict = judged(id, variant);
    if (strncmp(verdict.words, words, strlen(words)) != 0)
        fail_msg("%s %s: \"%s\" instead of \"%s\"", id, variant_name(variant), verdict.words,
                 words);
    if (strncmp(verdict.wrong, wrong, strlen(wrong)) != 0 || !*verdict.wrong != !*wrong)
        fail_msg("%s %s: \"%s\" instead of \"%s\"", id, variant_name(variant), verdict.wrong,
                 wrong);
    assert_int_equal(verdict.as_catalogued, !*wrong);
}

/* --- Cases ---------------------------------------------------------------------------------- */

static void a_leak_and_its_fix_are_as_catalogued(void **state)
{
    (void)state;
    char words[256];
    snprintf(words, sizeof words,
             "LEAK 1.000 task/request, chan receive at harness/test/test_check.c:%d", WAIT_LINE);
    expect("right", VARIANT_LEAK, words, "");
    expect("right", VARIANT_FIX, "clean", "");
}

static void a_leak_in_a_fix_is_named(void **state)
{
    (void)state;
    char words[256];
    snprintf(words, sizeof words,
             "LEAK 1.000 task/request, chan receive at harness/test/test_check.c:%d", WAIT_LINE);
    expect("leaky_fix", VARIANT_FIX, words,
           "expected 0.000 task/request in chan receive, saw 1.000");
}

static void a_leak_that_does_not_leak_is_named(void **state)
{
    (void)state;
    expect("cured_leak", VARIANT_LEAK, "clean",
           "expected 1.000 task/request in chan receive, saw 0.000");
}

static void a_leak_of_some_requests_is_not_one_of_all(void **state)
{
    (void)state;
    expect("half_leak", VARIANT_LEAK, "LEAK 0.500 task/request",
           "expected 1.000 task/request in chan receive, saw 0.500");
}

static void a_leak_for_another_reason_is_named(void **state)
{
    (void)state;
    expect("other_reason", VARIANT_LEAK, "LEAK 1.000 task/request, chan send at ",
           "expected 1.000 task/request in chan receive, saw 0.000; "
           "expected 0.000 task/request in chan send, saw 1.000");
}

static void a_request_that_never_returns_is_leaked(void **state)
{
    (void)state;
    expect("no_return", VARIANT_LEAK, "LEAK 1.000 task/request, sync.WaitGroup.Wait at ", "");
}

static void a_timer_for_ever_is_leaked(void **state)
{
    (void)state;
    char words[256];
    snprintf(words, sizeof words, "LEAK 1.000 timer/request made at harness/test/test_check.c:%d",
             TICKER_LINE);
    expect("ticker", VARIANT_LEAK, words, "");
    expect("ticker", VARIANT_FIX, words,
           "expected 0.000 timer/request for ever, saw 1.000; "
           "expected 0.000 timer/request held under load, saw 1.000");
}

static void a_task_that_its_ticker_keeps_awake_is_leaked(void **state)
{
    (void)state;
    struct outcome outcome = run_one("ticking", VARIANT_LEAK);
    struct verdict verdict;
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_non_null(
        strstr(verdict.words, "kept awake only by its own ticker, 1.000 timer/request made at "));
    assert_true(verdict.as_catalogued);
    assert_int_equal(outcome.gauges->parked.length, 1);
    assert_int_equal(outcome.gauges->parked.groups[0].count, REQUESTS);
    assert_int_equal(outcome.gauges->parked.groups[0].kept_awake, AWAKE_BY_OWN_TICKER);
    outcome_free(&outcome);
    outcome = run_one("right", VARIANT_LEAK);
    assert_int_equal(outcome.gauges->parked.length, 1);
    assert_int_equal(outcome.gauges->parked.groups[0].kept_awake, AWAKE_NOT);
    outcome_free(&outcome);
}

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
        snprintf(words, sizeof words,
                 "LEAK 1.000 task/request, %s at harness/test/test_check.c:", spinners[i].reason);
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
    snprintf(words, sizeof words, ", made at harness/test/test_check.c:%d", TIMERS_LINE);
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

static void contexts_channels_and_bytes_are_named_where_they_were_made(void **state)
{
    (void)state;
    char words[256];
    expect("channel", VARIANT_LEAK, "LEAK 1.000 channel/request made at harness/test/", "");
    struct verdict verdict = judged("channel", VARIANT_FIX);
    assert_non_null(strstr(verdict.wrong, "expected 0.000 channel/request, saw 1.000"));
    snprintf(words, sizeof words, "LEAK 1.000 context/request made at harness/test/test_check.c:%d",
             CONTEXT_LINE);
    expect("lost_cancel", VARIANT_LEAK, words, "");
    verdict = judged("context", VARIANT_FIX);
    /* The child keeps its parent, the request. */
    assert_non_null(strstr(verdict.words, "LEAK 2.000 context/request made at harness/"));
    assert_non_null(strstr(verdict.wrong, "expected 0.000 context/request, saw 2.000"));
    assert_false(verdict.as_catalogued);
}

/* Without jemalloc the heap is LeakSanitizer's, which ends the child with a status of its own. */
static void a_byte_left_by_a_fix_is_named(void **state)
{
    (void)state;
    struct verdict verdict = judged("byte", VARIANT_FIX);
    assert_false(verdict.as_catalogued);
    if (!heap_is_known()) {
        assert_int_equal(verdict.kind, VERDICT_DIED);
        return;
    }
    assert_string_equal(verdict.words, "LEAK 8.000 heap bytes/request");
    assert_string_equal(verdict.wrong, "expected 0.000 heap byte/request, saw 8.000");
    expect("byte", VARIANT_LEAK, "LEAK 8.000 heap bytes/request", "");
}

static void what_ends_in_the_end_is_held_and_no_leak(void **state)
{
    (void)state;
    char words[256];
    snprintf(words, sizeof words, ", sleep at harness/test/test_check.c:%d", LINGER_LINE);
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
    if (support_is_instrumented())
        skip(); /* they want all the address space there is */
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

static void a_case_that_dies_says_how(void **state)
{
    (void)state;
    struct verdict verdict = judged("panic", VARIANT_FIX);
    assert_string_equal(verdict.words, "DIED with exit status 2 in warm-up after 0 requests: "
                                       "panic: close of closed channel");
    assert_int_equal(verdict.kind, VERDICT_DIED);
    assert_false(verdict.as_catalogued);
    verdict = judged("talker", VARIANT_FIX);
    assert_non_null(strstr(verdict.words, " requests: panic: close of closed channel"));
    verdict = judged("crash", VARIANT_LEAK);
    assert_non_null(strstr(verdict.words, "DIED by signal 9 (Killed) in warm-up"));
    /* Exit status 0 before the end is no good end. */
    verdict = judged("leave", VARIANT_LEAK);
    assert_non_null(strstr(verdict.words, "DIED with exit status 0 in warm-up"));
    assert_false(verdict.as_catalogued);
}

static void a_case_without_an_end_is_killed(void **state)
{
    (void)state;
    struct settings settings = checked();
    struct outcome outcome = run_with("compute", VARIANT_LEAK, &settings, SECOND / 5);
    struct verdict verdict;
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_int_equal(outcome.ending.how, ENDED_TOO_LONG);
    assert_non_null(strstr(verdict.words, "DIED, killed because it came to no end"));
    outcome_free(&outcome);
}

static void the_stack_size_reaches_the_case(void **state)
{
    (void)state;
    struct settings settings = checked();
    settings.stack_bytes = 32768;
    struct outcome outcome = run_with("small_stacks", VARIANT_FIX, &settings, 0);
    assert_int_equal(outcome.ending.how, ENDED_WELL);
    outcome_free(&outcome);
}

static void cases_run_side_by_side_and_a_dead_one_stops_no_other(void **state)
{
    (void)state;
    struct settings settings = checked();
    struct outcome cases[] = {
        outcome_of(pair_called("right"), VARIANT_LEAK, &settings),
        outcome_of(pair_called("panic"), VARIANT_LEAK, &settings),
        outcome_of(pair_called("crash"), VARIANT_LEAK, &settings),
        outcome_of(pair_called("right"), VARIANT_FIX, &settings),
        outcome_of(pair_called("leaky_fix"), VARIANT_FIX, &settings),
    };
    static const bool right[] = {true, false, false, true, false};
    struct lab_plan plan = {.cases = cases, .length = 5, .at_once = 3};
    assert_int_equal(lab_run(&plan), 0);
    for (size_t i = 0; i < plan.length; i++) {
        struct verdict verdict;
        verdict_of(&cases[i], JUDGE_EXACTLY, &verdict);
        assert_int_equal(verdict.as_catalogued, right[i]);
        outcome_free(&cases[i]);
    }
}

/* --- Judging alone -------------------------------------------------------------------------- */

/* Timers that a rehearsal of fifty and a load of `requests` held, each for so many seconds, and left. */
static struct gauges *counted(uint64_t requests, uint64_t held, double seconds, uint64_t left)
{
    int fd;
    struct settings settings = checked();
    struct gauges *g = gauges_make(&settings, &fd);
    assert_non_null(g);
    close(fd);
    g->progress.phase = PHASE_DONE;
    g->progress.sent = g->progress.finished = requests;
    g->legs[LEG_LOAD].counts[MOMENT_HELD].timers = held;
    g->legs[LEG_LOAD].counts[MOMENT_LEFT].timers = left;
    g->legs[LEG_LOAD].seconds[KIND_TIMERS] = seconds * 2 * (double)requests;
    g->legs[LEG_LOAD].gone[KIND_TIMERS] = held > left ? (int64_t)(seconds * 1e9) : 0;
    g->legs[LEG_REHEARSAL].requests = 50;
    g->legs[LEG_REHEARSAL].counts[MOMENT_HELD].timers = 100;
    g->legs[LEG_REHEARSAL].seconds[KIND_TIMERS] = seconds * 100;
    g->legs[LEG_REHEARSAL].gone[KIND_TIMERS] = (int64_t)(seconds * 1e9);
    return g;
}

static struct verdict judge_timers(uint64_t held, double seconds)
{
    struct settings settings = checked();
    struct outcome outcome = outcome_of(pair_called("held"), VARIANT_LEAK, &settings);
    struct verdict verdict;
    outcome.gauges = counted(100000, held, seconds, 0);
    outcome.ending.how = ENDED_WELL;
    verdict_of(&outcome, JUDGE_REAL_CLOCK, &verdict);
    outcome_free(&outcome);
    return verdict;
}

/* On the real clock a load may be longer than anything is held: fewer are there at its end. */
static void how_much_is_held_does_not_depend_on_how_long_load_was(void **state)
{
    (void)state;
    assert_true(judge_timers(200000, 60).as_catalogued);
    struct verdict verdict = judge_timers(120000, 60);
    assert_non_null(strstr(verdict.words, "HOLDS 2.000 timer/request for 1 min"));
    assert_true(verdict.as_catalogued);
    assert_string_equal(judge_timers(200, 0.1).words, "clean");
}

/* Constants: n of the rehearsal's, m of load's fifty times as many requests. */
static struct verdict judge_tasks(uint64_t rehearsed, uint64_t left, int64_t late)
{
    struct settings settings = checked();
    struct outcome outcome = outcome_of(pair_called("right"), VARIANT_FIX, &settings);
    struct verdict verdict;
    outcome.gauges = counted(2000, 0, 0, 0);
    outcome.gauges->legs[LEG_REHEARSAL].requests = 40;
    outcome.gauges->legs[LEG_REHEARSAL].counts[MOMENT_HELD].timers = 0;
    outcome.gauges->legs[LEG_REHEARSAL].counts[MOMENT_LEFT].tasks = rehearsed;
    outcome.gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].tasks = left;
    outcome.gauges->legs[LEG_LOAD].late_requests = 500;
    outcome.gauges->legs[LEG_LOAD].late[KIND_TASKS] = late;
    outcome.ending.how = ENDED_WELL;
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    outcome_free(&outcome);
    return verdict;
}

static void a_constant_is_no_rate(void **state)
{
    (void)state;
    assert_string_equal(judge_tasks(0, 0, 0).words, "clean");
    assert_non_null(strstr(judge_tasks(3, 3, 0).words, "clean, but for 3 tasks, however"));
    assert_non_null(strstr(judge_tasks(3, 2, 0).words, "clean, but for 3 tasks, however"));
    assert_non_null(strstr(judge_tasks(40, 2000, 500).words, "LEAK 1.000 task/request"));
    assert_non_null(strstr(judge_tasks(20, 1000, 250).words, "LEAK 0.500 task/request"));
    assert_non_null(strstr(judge_tasks(43, 2003, 500).words, "LEAK 1.000 task/request"));
    assert_non_null(strstr(judge_tasks(0, 1000, 250).words, "LEAK 0.500 task/request"));
    /* It goes on as it began, or it has levelled off. */
    assert_non_null(strstr(judge_tasks(40, 800, 3).words, "clean, but for 800 tasks, however"));
    assert_non_null(strstr(judge_tasks(0, 5, 0).words, "UNSURE 0.003 task/request"));
}

static void no_request_is_no_proof(void **state)
{
    (void)state;
    struct settings settings = checked();
    struct outcome outcome = outcome_of(pair_called("right"), VARIANT_FIX, &settings);
    struct verdict verdict;
    outcome.gauges = counted(0, 0, 0, 0);
    outcome.ending.how = ENDED_WELL;
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_int_equal(verdict.kind, VERDICT_NO_REQUEST);
    assert_false(verdict.as_catalogued);
    outcome_free(&outcome);
}

static void requests_without_a_task_are_counted_apart(void **state)
{
    (void)state;
    struct settings settings = checked();
    struct outcome outcome = outcome_of(pair_called("right"), VARIANT_LEAK, &settings);
    struct verdict verdict;
    outcome.gauges = counted(100, 0, 0, 0);
    outcome.ending.how = ENDED_WELL;
    outcome.gauges->progress.refused = 40;
    outcome.gauges->legs[LEG_LOAD].refused = 40;
    snprintf(outcome.gauges->progress.error, 64, "no stack for a task");
    outcome.gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].tasks = 60;
    outcome.gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].waiting[WAIT_CHAN_RECEIVE] = 60;
    verdict_of(&outcome, JUDGE_REAL_CLOCK, &verdict);
    assert_non_null(strstr(verdict.words, "STARVED 40 tasks were refused"));
    assert_string_equal(verdict.wrong,
                        "40 tasks were refused, 40 of them requests: no stack for a task");
    outcome_free(&outcome);
}

static void an_expectation_reads_as_words(void **state)
{
    (void)state;
    char text[256];
    const struct expectation nothing_left = {0},
                             much = {.parked = {[WAIT_CHAN_RECEIVE] = 1, [WAIT_SELECT] = 2},
                                     .timers = 1,
                                     .timers_held = 4},
                             other = {.tasks_held = 1,
                                      .timers_held = 1,
                                      .held_for = 11 * MINUTE,
                                      .contexts = 2,
                                      .channels = 1,
                                      .heap = 64};
    expectation_text(&nothing_left, text, sizeof text);
    assert_string_equal(text, "nothing");
    expectation_text(&much, text, sizeof text);
    assert_string_equal(text, "1 task in chan receive, 2 tasks in select, 1 timer for ever, "
                              "3 timers until they fire");
    expectation_text(&other, text, sizeof text);
    assert_string_equal(text, "1 task for 11 min, 1 timer for 11 min, 2 contexts for ever, "
                              "1 channel for ever, 64 bytes of heap");
    expectation_text(&much, text, 10);
    assert_string_equal(text, "1 task in");
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "case"))
        child_run(pair_called(argv[2]), strcmp(argv[3], "leak") ? VARIANT_FIX : VARIANT_LEAK);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leak_and_its_fix_are_as_catalogued),
        cmocka_unit_test(a_leak_in_a_fix_is_named),
        cmocka_unit_test(a_leak_that_does_not_leak_is_named),
        cmocka_unit_test(a_leak_of_some_requests_is_not_one_of_all),
        cmocka_unit_test(a_leak_for_another_reason_is_named),
        cmocka_unit_test(a_request_that_never_returns_is_leaked),
        cmocka_unit_test(a_timer_for_ever_is_leaked),
        cmocka_unit_test(a_task_that_its_ticker_keeps_awake_is_leaked),
        cmocka_unit_test(what_spins_is_named_and_by_what),
        cmocka_unit_test(timers_held_under_load_level_off),
        cmocka_unit_test(contexts_channels_and_bytes_are_named_where_they_were_made),
        cmocka_unit_test(a_byte_left_by_a_fix_is_named),
        cmocka_unit_test(what_ends_in_the_end_is_held_and_no_leak),
        cmocka_unit_test(what_grows_with_the_requests_is_told_from_what_does_not),
        cmocka_unit_test(of_too_few_no_more_is_said_than_is_known),
        cmocka_unit_test(a_queue_that_grows_is_not_said_to_level_off),
        cmocka_unit_test(refused_tasks_are_told_and_what_was_counted_is_no_leak),
        cmocka_unit_test(a_case_that_dies_says_how),
        cmocka_unit_test(a_case_without_an_end_is_killed),
        cmocka_unit_test(the_stack_size_reaches_the_case),
        cmocka_unit_test(cases_run_side_by_side_and_a_dead_one_stops_no_other),
        cmocka_unit_test(how_much_is_held_does_not_depend_on_how_long_load_was),
        cmocka_unit_test(a_constant_is_no_rate),
        cmocka_unit_test(no_request_is_no_proof),
        cmocka_unit_test(requests_without_a_task_are_counted_apart),
        cmocka_unit_test(an_expectation_reads_as_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
