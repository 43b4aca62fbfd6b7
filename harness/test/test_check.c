/* The verdict over cases that really run: planted leaks in fixes, planted cures in leaks, and every other way in
 * which a sample can be wrong. */
#include "test/judged_requests.h"
#include "test/judging.h"

#include "probe/heap.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* --- What one request does ------------------------------------------------------------------ */

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

static void compute(struct ctx *request)
{
    (void)request;
    for (;;)
        kept = NULL;
}

static void want_small_stacks(struct ctx *request)
{
    (void)request;
    if (task_stack_size() != 32768)
        task_panic("stacks of %zu bytes", task_stack_size());
}

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
    {.id = "channel", .entry = {leak_channel, leak_channel}, LEAVES(.channels = 1)},
    {.id = "context", .entry = {nothing, leak_context}},
    {.id = "lost_cancel", .entry = {lose_cancel, nothing}, LEAVES(.contexts = 1)},
    {.id = "byte", .entry = {leak_byte, leak_byte}, LEAVES(.heap = 16)},
    {.id = "panic", .entry = {panic, panic}, ONE_RECEIVER},
    {.id = "talker", .entry = {talk_and_panic, talk_and_panic}, ONE_RECEIVER},
    {.id = "crash", .entry = {crash, crash}, ONE_RECEIVER},
    {.id = "leave", .entry = {leave, leave}, ONE_RECEIVER},
    {.id = "compute", .entry = {compute, nothing}, ONE_RECEIVER},
    {.id = "small_stacks", .entry = {want_small_stacks, want_small_stacks}},
};

/* --- Cases ---------------------------------------------------------------------------------- */

static void a_leak_and_its_fix_are_as_catalogued(void **state)
{
    (void)state;
    char words[256];
    snprintf(words, sizeof words, "LEAK 1.000 task/request, chan receive at " WAIT_FILE ":%d",
             WAIT_LINE);
    expect("right", VARIANT_LEAK, words, "");
    expect("right", VARIANT_FIX, "clean", "");
}

static void a_leak_in_a_fix_is_named(void **state)
{
    (void)state;
    char words[256];
    snprintf(words, sizeof words, "LEAK 1.000 task/request, chan receive at " WAIT_FILE ":%d",
             WAIT_LINE);
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

/* Of a byte it is 16: the allocator is asked for no less (proof/malloc.c). Without jemalloc the heap is LeakSanitizer's, which ends the child with a status of its own. */
static void a_byte_left_by_a_fix_is_named(void **state)
{
    (void)state;
    struct verdict verdict = judged("byte", VARIANT_FIX);
    assert_false(verdict.as_catalogued);
    if (!heap_is_known()) {
        assert_int_equal(verdict.kind, VERDICT_DIED);
        return;
    }
    assert_string_equal(verdict.words, "LEAK 16.000 heap bytes/request");
    assert_string_equal(verdict.wrong, "expected 0.000 heap byte/request, saw 16.000");
    expect("byte", VARIANT_LEAK, "LEAK 16.000 heap bytes/request", "");
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
    struct lab_plan plan = {
        .cases = cases, .length = 5, .at_once = 1000}; /* as many as there is room for */
    assert_int_equal(lab_run(&plan), 0);
    for (size_t i = 0; i < plan.length; i++) {
        struct verdict verdict;
        verdict_of(&cases[i], JUDGE_EXACTLY, &verdict);
        assert_int_equal(verdict.as_catalogued, right[i]);
        outcome_free(&cases[i]);
    }
}

int main(int argc, char **argv)
{
    JUDGING_BEGIN(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leak_and_its_fix_are_as_catalogued),
        cmocka_unit_test(a_leak_in_a_fix_is_named),
        cmocka_unit_test(a_leak_that_does_not_leak_is_named),
        cmocka_unit_test(a_leak_of_some_requests_is_not_one_of_all),
        cmocka_unit_test(a_leak_for_another_reason_is_named),
        cmocka_unit_test(a_request_that_never_returns_is_leaked),
        cmocka_unit_test(a_timer_for_ever_is_leaked),
        cmocka_unit_test(a_task_that_its_ticker_keeps_awake_is_leaked),
        cmocka_unit_test(contexts_channels_and_bytes_are_named_where_they_were_made),
        cmocka_unit_test(a_byte_left_by_a_fix_is_named),
        cmocka_unit_test(a_case_that_dies_says_how),
        cmocka_unit_test(a_case_without_an_end_is_killed),
        cmocka_unit_test(the_stack_size_reaches_the_case),
        cmocka_unit_test(cases_run_side_by_side_and_a_dead_one_stops_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
