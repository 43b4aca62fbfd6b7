/* The phases of a case, of tasks and of plain C alike: when each request comes under the virtual clock, to the millisecond; what
 * is held when, and in which part of load it came. The cases write down the time where the live page has its latencies. */
#include "test/judging.h"

#include "load/phases.h"
#include "plain/loop_clock.h"
#include "probe/line.h"
#include "task/chan.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

/* --- What one request does ------------------------------------------------------------------ */

enum { HELD_MS = 151 }; /* a patience of 50, a moment of 100, and one more */

static void note_time(int64_t now)
{
    static size_t noted;
    phases.gauges->tail[noted++] = now;
}

static void sleep_for(void *ms)
{
    task_sleep((intptr_t)ms * MILLISECOND);
}

static void hold_for(intptr_t ms)
{
    go(sleep_for, (void *)ms);
}

static void note_in_task(struct ctx *request)
{
    (void)request;
    note_time(clock_now());
}

static void held(struct ctx *request)
{
    (void)request;
    hold_for(HELD_MS);
}

static void not_held(struct ctx *request)
{
    (void)request;
    hold_for(HELD_MS - 2);
}

static void wait_for_ever(void *never)
{
    chan_recv(never, NULL);
}

static void leak(struct ctx *request)
{
    (void)request;
    go(wait_for_ever, NULL);
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void close_and_free(uv_timer_t *timer)
{
    uv_close((uv_handle_t *)timer, free_handle);
}

static void hold_timer(uv_loop_t *loop, uint64_t ms)
{
    uv_timer_t *timer = malloc(sizeof *timer);
    uv_timer_init(loop, timer);
    uv_timer_start(timer, close_and_free, ms, 0);
}

static void held_timer(uv_loop_t *loop)
{
    hold_timer(loop, HELD_MS);
}

static void not_held_timer(uv_loop_t *loop)
{
    hold_timer(loop, HELD_MS - 2);
}

static void leak_timer(uv_loop_t *loop)
{
    uv_timer_init(loop, malloc(sizeof(uv_timer_t)));
}

static void note_in_thread(void)
{
    note_time(loop_clock_is_virtual() ? loop_clock_now() : -1);
}

static void note_on_loop(uv_loop_t *loop)
{
    (void)loop;
    note_in_thread();
}

static void fail_in_load(struct ctx *request)
{
    (void)request;
    if (phases.counting)
        phases_go_wrong("one");
    phases_go_wrong(phases.counting ? "other" : "");
}

/* Past the census, which then does not know of it. */
int __real_uv_timer_init(uv_loop_t *loop, uv_timer_t *timer);

static void leave_unknown_timer(uv_loop_t *loop)
{
    static uv_timer_t timer;
    static bool made;
    if (!made)
        __real_uv_timer_init(loop, &timer);
    made = true;
}

static const struct pair pairs[] = {
    {.family = "test", .id = "notes", .entry = {note_in_task, note_in_task}},
    {.family = "test", .id = "notes_on_loop", .on_loop = {note_on_loop, note_on_loop}},
    {.family = "test", .id = "notes_in_thread", .threaded = {note_in_thread, note_in_thread}},
    {.family = "test", .id = "tasks", .entry = {held, not_held}},
    {.family = "test", .id = "timers", .on_loop = {held_timer, not_held_timer}},
    {.family = "test", .id = "leaks_tasks", .entry = {leak, leak}},
    {.family = "test", .id = "leaks_timers", .on_loop = {leak_timer, leak_timer}},
    {.family = "test", .id = "unknown", .on_loop = {leave_unknown_timer, leave_unknown_timer}},
    {.family = "test", .id = "wrong", .entry = {fail_in_load, fail_in_load}},
};

/* --- When ----------------------------------------------------------------------------------- */

/* "0 1 160", in milliseconds since the first. */
static const char *times_of(const struct outcome *outcome)
{
    static char text[2048];
    const int64_t *noted = outcome->gauges->tail;
    struct line line = {text, sizeof text, 0};
    text[0] = 0;
    for (size_t i = 0; noted[i]; i++)
        line_add(&line, "%s%ld", i ? " " : "", (long)((noted[i] - noted[0]) / MILLISECOND));
    return text;
}

static void each_request_has_its_time(void **state)
{
    (void)state;
    static const struct {
        struct settings settings;
        const char *times;
    } cases[] = {
        /* One before all; two; a rehearsal of two, that drains; the baseline; load. */
        {{.rate = 1000, .warm_up = 5, .baseline = 7 * MILLISECOND, .requests = 4},
         "0 0 1 1 2 159 160 161 162"},
        {{.rate = 100, .warm_up = 0, .requests = 3}, "0 10 20"},
        {{.rate = 100, .warm_up = 1, .requests = 3}, "0 150 160 170"},
        {{.rate = 100, .warm_up = 4, .duration = 31 * MILLISECOND}, "0 0 10 10 160 170 180 190"},
        {{.rate = 100, .warm_up = 2, .duration = 30 * MILLISECOND, .requests = 9},
         "0 0 150 160 170"},
        {{.rate = 0, .warm_up = 3, .requests = 2}, "0 0 0 150 150"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < 3; k++) {
            struct settings settings = cases[i].settings;
            settings.virtual_clock = 1;
            settings.patience = 50 * MILLISECOND;
            settings.stack_bytes = task_stack_size();
            struct outcome outcome = run_with(pairs[k].id, VARIANT_FIX, &settings, 0);
            assert_int_equal(outcome.ending.how, ENDED_WELL);
            const struct progress *progress = &outcome.gauges->progress;
            if (strcmp(times_of(&outcome), cases[i].times) != 0)
                fail_msg("%zu, %s: \"%s\" instead of \"%s\"", i, pairs[k].id, times_of(&outcome),
                         cases[i].times);
            for (int phase = PHASE_WARM_UP; phase < PHASES; phase++)
                assert_true(progress->phase_began[phase] > progress->phase_began[phase - 1]);
            assert_int_equal(progress->phase, PHASE_DONE);
            assert_int_equal(progress->paused, 0);
            assert_int_equal(progress->finished, progress->sent);
            assert_string_equal(progress->error, "");
            outcome_free(&outcome);
        }
}

/* One is told from the other at least twice. */
static void half_of_the_warm_up_or_of_load_is_the_rehearsal(void **state)
{
    (void)state;
    static const struct {
        uint64_t warm_up, requests;
        double rate;
        int64_t duration;
        uint64_t rehearsal;
    } cases[] = {
        {0, 100, 1000, 0, 0},
        {1, 100, 1000, 0, 0},
        {5, 4, 1000, 0, 2},
        {100, 0, 1000, 0, 50},
        {100, 100, 1000, 0, 50},
        {100, 99, 1000, 0, 49},
        {100, 26, 1000, 0, 13},
        {100, 25, 1000, 0, 50},
        {100, 0, 1000, 60 * MILLISECOND, 30},
        {100, 1000, 1000, 60 * MILLISECOND, 30},
        {100, 60, 1000, SECOND, 30},
        {100, 60, 0, SECOND, 30},
        {100, 0, 0, SECOND, 50},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct settings settings = {.warm_up = cases[i].warm_up,
                                          .requests = cases[i].requests,
                                          .rate = cases[i].rate,
                                          .duration = cases[i].duration};
        if (phases_rehearsal(&settings) != cases[i].rehearsal)
            fail_msg("%zu: %lu", i, (unsigned long)phases_rehearsal(&settings));
    }
}

/* --- What is there -------------------------------------------------------------------------- */

static int64_t grown(const struct leg *leg, enum kind kind, enum moment moment)
{
    return counts_of_kind(&leg->counts[moment], kind) -
           counts_of_kind(&leg->counts[MOMENT_BASELINE], kind);
}

/* Patience and a moment after the last request, in load and in its rehearsal: that one's lasts a millisecond longer. */
static void what_is_there_when_all_have_returned_is_held(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        enum kind kind;
    } cases[] = {{"tasks", KIND_TASKS}, {"timers", KIND_HANDLES}};
    for (size_t i = 0; i < 2; i++)
        for (enum variant v = 0; v < VARIANTS; v++) {
            struct settings settings = checked();
            settings.requests = 8;
            settings.warm_up = 6;
            settings.patience = 50 * MILLISECOND;
            struct outcome outcome = run_with(cases[i].id, v, &settings, 0);
            for (int leg = 0; leg < LEGS; leg++) {
                double seconds = leg == LEG_LOAD ? 8 * 0.151 : 3 * 0.151;
                seconds = v == VARIANT_LEAK ? seconds : 0; /* else it was not seen to go */
                assert_float_equal(outcome.gauges->legs[leg].seconds[cases[i].kind], seconds, 1e-9);
                assert_int_equal(outcome.gauges->legs[leg].gone[cases[i].kind],
                                 v == VARIANT_LEAK ? MILLISECOND : 0);
                assert_int_equal(grown(&outcome.gauges->legs[leg], cases[i].kind, MOMENT_HELD),
                                 v == VARIANT_LEAK);
                assert_int_equal(grown(&outcome.gauges->legs[leg], cases[i].kind, MOMENT_LEFT), 0);
            }
            assert_int_equal(outcome.gauges->legs[LEG_LOAD].requests, 8);
            assert_int_equal(outcome.gauges->legs[LEG_REHEARSAL].requests, 3);
            outcome_free(&outcome);
        }
}

/* Two requests a part, each of which leaves one. */
static void each_part_of_load_has_its_range(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        enum kind kind;
        int64_t before; /* what the warm-up has left; and this task */
    } cases[] = {{"leaks_tasks", KIND_TASKS, 11}, {"leaks_timers", KIND_HANDLES, 10}};
    for (size_t i = 0; i < 2; i++) {
        struct settings settings = checked();
        settings.requests = 2 * LEG_PARTS;
        settings.warm_up = 10;
        struct outcome outcome = run_with(cases[i].id, VARIANT_LEAK, &settings, 0);
        const struct leg *leg = &outcome.gauges->legs[LEG_LOAD];
        int64_t before = cases[i].before;
        assert_int_equal(leg->all[cases[i].kind], before + 2 * LEG_PARTS);
        for (int part = 0; part < LEG_PARTS; part++) {
            int64_t least = part ? 2 * part : 1; /* there was no look before the first request */
            assert_int_equal(leg->least[part][cases[i].kind] - before, least);
            assert_int_equal(leg->most[part][cases[i].kind] - before, 2 * part + 2);
        }
        assert_int_equal(leg->requests, 2 * LEG_PARTS);
        assert_int_equal(leg->late_requests, 2);
        outcome_free(&outcome);
    }
}

static void the_first_that_goes_wrong_is_kept(void **state)
{
    (void)state;
    struct outcome outcome = run_one("wrong", VARIANT_FIX);
    assert_string_equal(outcome.gauges->progress.error, "one");
    outcome_free(&outcome);
}

/* libuv says so, where nothing that is counted is left; where anything is, that is what it says. */
static void a_loop_that_can_not_be_closed_is_told(void **state)
{
    (void)state;
    struct outcome outcome = run_one("unknown", VARIANT_FIX);
    assert_string_equal(
        outcome.gauges->progress.error,
        "uv_loop_close: resource busy or locked, though nothing was counted that is "
        "left");
    outcome_free(&outcome);
    outcome = run_one("leaks_timers", VARIANT_LEAK);
    assert_string_equal(outcome.gauges->progress.error, "");
    outcome_free(&outcome);
}

static void a_case_that_can_not_begin_says_why(void **state)
{
    (void)state;
    char too_small[128];
    snprintf(too_small, sizeof too_small,
             "leaklab: stack size of 1 bytes: it must be from %ld bytes to 1 GiB",
             4 * sysconf(_SC_PAGESIZE));
    const struct {
        struct settings settings;
        const char *words;
    } cases[] = {
        {{.stack_bytes = 1}, too_small},
        {{.joins_group = 1}, "leaklab: can not join the memory cgroup: Bad file descriptor"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings settings = checked();
        settings.stack_bytes = cases[i].settings.stack_bytes;
        settings.joins_group = cases[i].settings.joins_group;
        struct outcome outcome = run_with("notes", VARIANT_FIX, &settings, 0);
        assert_int_equal(outcome.ending.how, ENDED_EXIT);
        assert_int_equal(outcome.ending.status, 2);
        assert_string_equal(outcome.ending.words, cases[i].words);
        outcome_free(&outcome);
    }
}

int main(int argc, char **argv)
{
    JUDGING_BEGIN(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_has_its_time),
        cmocka_unit_test(half_of_the_warm_up_or_of_load_is_the_rehearsal),
        cmocka_unit_test(what_is_there_when_all_have_returned_is_held),
        cmocka_unit_test(each_part_of_load_has_its_range),
        cmocka_unit_test(the_first_that_goes_wrong_is_kept),
        cmocka_unit_test(a_loop_that_can_not_be_closed_is_told),
        cmocka_unit_test(a_case_that_can_not_begin_says_why),
    };
    return cmocka_run_group_tests_name("phases", tests, NULL, NULL);
}
