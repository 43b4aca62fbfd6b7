/* The verdict over counts alone, which no case need have made. */
#include "test/support.h"

#include "probe/expected.h"
#include "probe/verdict.h"
#include "task/time.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct pair two_timers = {
    .id = "held", .expected = {[VARIANT_LEAK] = {.timers_held = 2, .held_for = MINUTE}}};
static const struct pair right = {
    .id = "right", .expected = {[VARIANT_LEAK] = {.parked = {[WAIT_CHAN_RECEIVE] = 1}}}};

static const struct settings settings = {.rate = 1000, .patience = 50 * MILLISECOND};

/* Timers that a rehearsal of fifty and a load of `requests` held, each for so many seconds, and left. */
static struct gauges *counted(uint64_t requests, uint64_t held, double seconds, uint64_t left)
{
    int fd;
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
    struct outcome outcome = outcome_of(&two_timers, VARIANT_LEAK, &settings);
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

/* What forty requests left, and two thousand, of which each part came to so many more. */
static struct verdict judge_tasks_by(uint64_t rehearsed, uint64_t left, int64_t late,
                                     enum strictness strictness)
{
    struct outcome outcome = outcome_of(&right, VARIANT_FIX, &settings);
    struct verdict verdict;
    outcome.gauges = counted(2000, 0, 0, 0);
    outcome.gauges->legs[LEG_REHEARSAL].requests = 40;
    outcome.gauges->legs[LEG_REHEARSAL].counts[MOMENT_HELD].timers = 0;
    outcome.gauges->legs[LEG_REHEARSAL].counts[MOMENT_LEFT].tasks = rehearsed;
    outcome.gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].tasks = left;
    outcome.gauges->legs[LEG_LOAD].requests = 2000;
    outcome.gauges->legs[LEG_LOAD].late_requests = 2000 / LEG_PARTS;
    outcome.gauges->legs[LEG_LOAD].all[KIND_TASKS] = (LEG_PARTS - 1) * late;
    for (int part = 0; part < LEG_PARTS; part++)
        outcome.gauges->legs[LEG_LOAD].least[part][KIND_TASKS] = part * late;
    outcome.ending.how = ENDED_WELL;
    verdict_of(&outcome, strictness, &verdict);
    outcome_free(&outcome);
    return verdict;
}

static struct verdict judge_tasks(uint64_t rehearsed, uint64_t left, int64_t late)
{
    return judge_tasks_by(rehearsed, left, late, JUDGE_EXACTLY);
}

static void a_constant_is_no_rate(void **state)
{
    (void)state;
    assert_string_equal(judge_tasks(0, 0, 0).words, "clean");
    assert_non_null(strstr(judge_tasks(3, 3, 0).words, "clean, but for 3 tasks, however"));
    assert_non_null(strstr(judge_tasks(3, 2, 0).words, "clean, but for 2 tasks, however"));
    assert_non_null(strstr(judge_tasks(40, 2000, 125).words, "LEAK 1.000 task/request"));
    assert_non_null(strstr(judge_tasks(20, 1000, 62).words, "LEAK 0.500 task/request"));
    assert_non_null(strstr(judge_tasks(43, 2003, 125).words, "LEAK 1.000 task/request"));
    assert_non_null(strstr(judge_tasks(0, 1000, 62).words, "LEAK 0.500 task/request"));
    /* It goes on as it began, or it has levelled off. */
    assert_non_null(strstr(judge_tasks(40, 800, 3).words, "clean, but for 800 tasks, however"));
    assert_non_null(strstr(judge_tasks(0, 5, 0).words, "UNSURE 0.003 task/request"));
    assert_non_null(strstr(judge_tasks_by(0, 5, 1, JUDGE_REAL_CLOCK).words, "UNSURE 0.003 task"));
    assert_non_null(strstr(judge_tasks_by(0, 5, 0, JUDGE_REAL_CLOCK).words,
                           "clean, but for 5 tasks, none from the second half of 2000 requests"));
}

static void no_request_is_no_proof(void **state)
{
    (void)state;
    struct outcome outcome = outcome_of(&right, VARIANT_FIX, &settings);
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
    struct outcome outcome = outcome_of(&right, VARIANT_LEAK, &settings);
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

/* What is wrong with a case whose tasks a proof was asked about. */
static const char *wrong_of(const struct pair *pair, enum variant variant, int64_t recover,
                            struct progress progress)
{
    static struct verdict verdict;
    struct settings asked = settings;
    asked.recover = recover;
    struct outcome outcome = outcome_of(pair, variant, &asked);
    outcome.gauges = counted(100, 0, 0, 0);
    outcome.gauges->legs[LEG_REHEARSAL] = (struct leg){0};
    outcome.ending.how = ENDED_WELL;
    outcome.gauges->progress.proven = progress.proven;
    outcome.gauges->progress.proven_plain = progress.proven_plain;
    outcome.gauges->progress.recovered = progress.recovered;
    verdict_of(&outcome, JUDGE_REAL_CLOCK, &verdict);
    outcome_free(&outcome);
    return verdict.wrong;
}

static void a_proof_that_does_not_hold_is_told(void **state)
{
    (void)state;
    assert_string_equal(wrong_of(&right, VARIANT_FIX, 0, (struct progress){.phase = 0}), "");
    assert_string_equal(
        wrong_of(&right, VARIANT_FIX, 0,
                 (struct progress){.proven = {.early = 7, .leaked = 7, .tasks = 9}}),
        "expected no leaked task, 7 of 9 left are proven");
    assert_string_equal(wrong_of(&right, VARIANT_FIX, 0, (struct progress){.proven = {.early = 7}}),
                        "7 tasks were proven never to be woken, and 7 of them have gone");
    assert_string_equal(
        wrong_of(&right, VARIANT_FIX, 0,
                 (struct progress){.proven = {.early = 7, .refused = "dark"}}),
        "7 tasks were proven never to be woken, and whether they still are there could not be "
        "proven: dark");
    assert_string_equal(
        wrong_of(&right, VARIANT_FIX, 0,
                 (struct progress){
                     .proven_plain = {.early = 5, .handles_proven = 2, .threads_proven = 1}}),
        "of 5 handles and threads it was proven that nobody closes or wakes them, and 2 of them "
        "have gone");
    /* What was made to end, of a fix: and why nothing was, of what should. */
    assert_string_equal(wrong_of(&right, VARIANT_FIX, SECOND,
                                 (struct progress){.recovered = {.ended = 2, .spinning = 1}}),
                        "3 tasks were made to end, of what leaves none behind");
    assert_string_equal(
        wrong_of(&right, VARIANT_LEAK, SECOND,
                 (struct progress){.proven = {.refused = "dark"}, .recovered = {.ended = 2}}),
        "nothing could be made to end: dark");
}

static void what_never_began_or_broke_off_is_no_verdict(void **state)
{
    (void)state;
    static const struct {
        enum ended how;
        const char *words;
        enum verdict_kind kind;
    } ends[] = {{ENDED_NOT, "not run", VERDICT_INTERRUPTED},
                {ENDED_INTERRUPTED, "interrupted", VERDICT_INTERRUPTED},
                {ENDED_NOT_STARTED, "DIED before it began: no room", VERDICT_DIED}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct outcome outcome = outcome_of(&right, VARIANT_LEAK, &settings);
        struct verdict verdict;
        outcome.ending.how = ends[i].how;
        snprintf(outcome.ending.words, sizeof outcome.ending.words, "no room");
        verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
        assert_string_equal(verdict.words, ends[i].words);
        assert_int_equal(verdict.kind, ends[i].kind);
        assert_false(verdict.as_catalogued);
        outcome_free(&outcome);
    }
}

/* Five tasks of the first half of load, with some bytes, are forgiven; told exactly they are a doubt, of a fix held against
 * nobody. */
static void a_few_early_tasks_are_forgiven_with_what_they_hold(void **state)
{
    (void)state;
    static const struct {
        enum variant variant;
        enum strictness strictness;
        enum verdict_kind kind;
        const char *wrong;
    } cases[] = {
        {VARIANT_FIX, JUDGE_REAL_CLOCK, VERDICT_CLEAN, ""},
        {VARIANT_FIX, JUDGE_OBJECTS, VERDICT_UNSURE, ""},
        {VARIANT_LEAK, JUDGE_OBJECTS, VERDICT_UNSURE,
         "expected 1.000 task/request in chan receive, saw 0.003"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcome outcome = outcome_of(&right, cases[i].variant, &settings);
        struct verdict verdict;
        outcome.gauges = counted(2000, 0, 0, 0);
        outcome.gauges->legs[LEG_REHEARSAL] = (struct leg){0};
        struct leg *load = &outcome.gauges->legs[LEG_LOAD];
        load->counts[MOMENT_LEFT] =
            (struct counts){.tasks = 5, .waiting = {[WAIT_CHAN_RECEIVE] = 5}, .heap = 10000};
        load->requests = 2000;
        load->late_requests = 125;
        outcome.ending.how = ENDED_WELL;
        verdict_of(&outcome, cases[i].strictness, &verdict);
        assert_int_equal(verdict.kind, cases[i].kind);
        assert_string_equal(verdict.wrong, cases[i].wrong);
        if (cases[i].kind == VERDICT_CLEAN)
            assert_string_equal(
                verdict.words,
                "clean, but for 5 tasks, none from the second half of 2000 requests");
        outcome_free(&outcome);
    }
}

/* Under the real clock alone: less than a byte each, and few bytes in all, are libraries' own. */
static void a_little_heap_is_forgiven(void **state)
{
    (void)state;
    static const struct {
        int64_t bytes;
        enum strictness strictness;
        const char *words;
        enum verdict_kind kind;
    } cases[] = {
        {1999, JUDGE_REAL_CLOCK, "clean", VERDICT_CLEAN},
        {1999, JUDGE_EXACTLY, "LEAK 1.000 heap bytes/request", VERDICT_LEAK},
        {2000, JUDGE_REAL_CLOCK,
         "UNSURE 1.000 heap bytes/request: too few of 2000 requests to tell a leak from a "
         "constant; more requests tell",
         VERDICT_UNSURE},
        {16383, JUDGE_REAL_CLOCK,
         "UNSURE 8.191 heap bytes/request: too few of 2000 requests to tell a leak from a "
         "constant; more requests tell",
         VERDICT_UNSURE},
        {16384, JUDGE_REAL_CLOCK, "LEAK 8.192 heap bytes/request", VERDICT_LEAK},
        {16384, JUDGE_OBJECTS, "clean", VERDICT_CLEAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct outcome outcome = outcome_of(&right, VARIANT_FIX, &settings);
        struct verdict verdict;
        outcome.gauges = counted(2000, 0, 0, 0);
        outcome.gauges->legs[LEG_REHEARSAL] = (struct leg){0};
        outcome.gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].heap = cases[i].bytes;
        outcome.ending.how = ENDED_WELL;
        verdict_of(&outcome, cases[i].strictness, &verdict);
        assert_string_equal(verdict.words, cases[i].words);
        assert_int_equal(verdict.kind, cases[i].kind);
        outcome_free(&outcome);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_much_is_held_does_not_depend_on_how_long_load_was),
        cmocka_unit_test(a_constant_is_no_rate),
        cmocka_unit_test(no_request_is_no_proof),
        cmocka_unit_test(requests_without_a_task_are_counted_apart),
        cmocka_unit_test(a_proof_that_does_not_hold_is_told),
        cmocka_unit_test(what_never_began_or_broke_off_is_no_verdict),
        cmocka_unit_test(a_few_early_tasks_are_forgiven_with_what_they_hold),
        cmocka_unit_test(a_little_heap_is_forgiven),
        cmocka_unit_test(an_expectation_reads_as_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
