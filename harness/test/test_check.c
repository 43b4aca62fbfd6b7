/* The verdict over cases that really run: planted leaks in fixes, planted cures in leaks, and every
 * other way in which a sample can be wrong. This program is its own child, as leaklab is; the pairs
 * are its own. */
#include "test/support.h"

#include "load/child.h"
#include "load/lab.h"
#include "load/selection.h"
#include "probe/heap.h"
#include "probe/verdict.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void leak_channel(struct ctx *request)
{
    (void)request;
    chan_make(int, 0);
}

static void leak_context(struct ctx *request)
{
    ctx_with_cancel(request);
}

static void *volatile kept;

static void leak_byte(struct ctx *request)
{
    (void)request;
    kept = malloc(1);
}

static void linger(void *arg)
{
    (void)arg;
    task_sleep(9 * MINUTE);
}

static void end_late(struct ctx *request)
{
    (void)request;
    go(linger, NULL);
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

static void want_small_stacks(struct ctx *request)
{
    (void)request;
    if (task_stack_size() != 32768)
        task_panic("stacks of %zu bytes", task_stack_size());
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
    {.id = "held", .entry = {hold_two_timers, hold_two_timers}, LEAVES(.timers_held = 2)},
    {.id = "held_three", .entry = {hold_two_timers, nothing}, LEAVES(.timers_held = 3)},
    {.id = "channel", .entry = {nothing, leak_channel}},
    {.id = "context", .entry = {nothing, leak_context}},
    {.id = "byte", .entry = {nothing, leak_byte}},
    {.id = "late", .entry = {end_late, end_late}},
    {.id = "panic", .entry = {panic, panic}, ONE_RECEIVER},
    {.id = "talker", .entry = {talk_and_panic, talk_and_panic}, ONE_RECEIVER},
    {.id = "crash", .entry = {crash, crash}, ONE_RECEIVER},
    {.id = "leave", .entry = {leave, leave}, ONE_RECEIVER},
    {.id = "spinner", .entry = {leak_spinner, nothing}, ONE_RECEIVER},
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
    expect("ticker", VARIANT_LEAK, "LEAK 1.000 timer/request", "");
    expect("ticker", VARIANT_FIX, "LEAK 1.000 timer/request",
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
        strstr(verdict.words, "kept awake only by its own ticker, 1.000 timer/request"));
    assert_true(verdict.as_catalogued);
    assert_int_equal(outcome.gauges->parked.length, 1);
    assert_int_equal(outcome.gauges->parked.groups[0].count, REQUESTS);
    assert_true(outcome.gauges->parked.groups[0].kept_awake);
    outcome_free(&outcome);
    outcome = run_one("right", VARIANT_LEAK);
    assert_int_equal(outcome.gauges->parked.length, 1);
    assert_false(outcome.gauges->parked.groups[0].kept_awake);
    outcome_free(&outcome);
}

static void timers_held_under_load_are_growth_and_no_leak(void **state)
{
    (void)state;
    const char *words = "GROWS 2.000 timer/request held under load, all gone after settle: growth, "
                        "not a leak for ever";
    expect("held", VARIANT_LEAK, words, "");
    expect("held", VARIANT_FIX, words, "expected 0.000 timer/request held under load, saw 2.000");
    expect("held_three", VARIANT_LEAK, words,
           "expected 3.000 timer/request held under load, saw 2.000");
}

static void a_channel_or_context_left_by_a_fix_is_named(void **state)
{
    (void)state;
    struct verdict verdict = judged("channel", VARIANT_FIX);
    assert_non_null(strstr(verdict.words, "LEAK 1.000 channel/request"));
    assert_non_null(strstr(verdict.wrong, "expected 0.000 channel/request, saw 1.000"));
    verdict = judged("context", VARIANT_FIX);
    /* The child keeps its parent, the request. */
    assert_non_null(strstr(verdict.words, "LEAK 2.000 context/request"));
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
    assert_string_equal(verdict.wrong, "expected 0.000 heap bytes/request, saw 8.000");
}

static void a_task_that_ends_within_settle_is_no_leak(void **state)
{
    (void)state;
    expect("late", VARIANT_FIX, "clean", "");
    struct settings settings = checked();
    settings.settle = 5 * MINUTE;
    struct outcome outcome = run_with("late", VARIANT_FIX, &settings, 0);
    struct verdict verdict;
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_non_null(strstr(verdict.wrong, "task/request in sleep, saw "));
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
    struct outcome outcome = run_with("spinner", VARIANT_LEAK, &settings, SECOND / 5);
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

static struct gauges *counted(uint64_t requests, uint64_t held, uint64_t left)
{
    int fd;
    struct settings settings = checked();
    struct gauges *g = gauges_make(&settings, &fd);
    assert_non_null(g);
    close(fd);
    g->progress.phase = PHASE_DONE;
    g->progress.sent = g->progress.finished = requests;
    g->counts[MOMENT_HELD].timers = held;
    g->counts[MOMENT_LEFT].timers = left;
    return g;
}

static struct verdict judge_timers(const char *id, uint64_t held, uint64_t left,
                                   enum strictness strictness)
{
    struct settings settings = checked();
    struct outcome outcome = outcome_of(pair_called(id), VARIANT_LEAK, &settings);
    struct verdict verdict;
    outcome.gauges = counted(100, held, left);
    outcome.ending.how = ENDED_WELL;
    verdict_of(&outcome, strictness, &verdict);
    outcome_free(&outcome);
    return verdict;
}

/* On the real clock a load may be longer than a timer: then fewer are held at its end. */
static void only_the_real_clock_forgives_timers_that_have_fired(void **state)
{
    (void)state;
    assert_true(judge_timers("held", 200, 0, JUDGE_EXACTLY).as_catalogued);
    assert_false(judge_timers("held", 150, 0, JUDGE_EXACTLY).as_catalogued);
    assert_true(judge_timers("held", 150, 0, JUDGE_REAL_CLOCK).as_catalogued);
    assert_false(judge_timers("held", 0, 0, JUDGE_REAL_CLOCK).as_catalogued);
    assert_false(judge_timers("held", 200, 1, JUDGE_REAL_CLOCK).as_catalogued);
    assert_false(judge_timers("ticker", 99, 99, JUDGE_REAL_CLOCK).as_catalogued);
    assert_true(judge_timers("ticker", 100, 100, JUDGE_REAL_CLOCK).as_catalogued);
}

static void no_request_is_no_proof(void **state)
{
    (void)state;
    struct settings settings = checked();
    struct outcome outcome = outcome_of(pair_called("right"), VARIANT_FIX, &settings);
    struct verdict verdict;
    outcome.gauges = counted(0, 0, 0);
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
    outcome.gauges = counted(100, 0, 0);
    outcome.ending.how = ENDED_WELL;
    outcome.gauges->progress.refused = 40;
    snprintf(outcome.gauges->progress.error, 64, "no stack for a task");
    outcome.gauges->counts[MOMENT_LEFT].tasks = 60;
    outcome.gauges->counts[MOMENT_LEFT].waiting[WAIT_CHAN_RECEIVE] = 60;
    verdict_of(&outcome, JUDGE_REAL_CLOCK, &verdict);
    assert_string_equal(verdict.words, "LEAK 1.000 task/request");
    assert_string_equal(verdict.wrong, "40 requests found no task: no stack for a task");
    outcome_free(&outcome);
}

static void an_expectation_reads_as_words(void **state)
{
    (void)state;
    char text[256];
    const struct expectation nothing_left = {0},
                             much = {.parked = {[WAIT_CHAN_RECEIVE] = 1, [WAIT_SELECT] = 2},
                                     .timers = 1,
                                     .timers_held = 4};
    expectation_text(&nothing_left, text, sizeof text);
    assert_string_equal(text, "nothing");
    expectation_text(&much, text, sizeof text);
    assert_string_equal(text, "1 task in chan receive, 2 tasks in select, 1 timer for ever, "
                              "3 timers until they fire");
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
        cmocka_unit_test(timers_held_under_load_are_growth_and_no_leak),
        cmocka_unit_test(a_channel_or_context_left_by_a_fix_is_named),
        cmocka_unit_test(a_byte_left_by_a_fix_is_named),
        cmocka_unit_test(a_task_that_ends_within_settle_is_no_leak),
        cmocka_unit_test(a_case_that_dies_says_how),
        cmocka_unit_test(a_case_without_an_end_is_killed),
        cmocka_unit_test(the_stack_size_reaches_the_case),
        cmocka_unit_test(cases_run_side_by_side_and_a_dead_one_stops_no_other),
        cmocka_unit_test(only_the_real_clock_forgives_timers_that_have_fired),
        cmocka_unit_test(no_request_is_no_proof),
        cmocka_unit_test(requests_without_a_task_are_counted_apart),
        cmocka_unit_test(an_expectation_reads_as_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
