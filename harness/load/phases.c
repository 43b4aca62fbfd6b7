#include "load/phases.h"
#include "load/parked.h"
#include "probe/heap.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/task.h"
#include "task/time.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

struct phases phases;

_Static_assert(sizeof(void *) >= sizeof(int64_t), "a request's argument is its intended start");

void phases_go_wrong(const char *words)
{
    char *error = phases.gauges->progress.error;
    if (!error[0])
        snprintf(error, sizeof phases.gauges->progress.error, "%s", words);
}

/* --- Requests ------------------------------------------------------------------------------- */

/* Patience counts from here and not from the intended start: under a burst the sample would else
 * find its client gone before it has begun, and leave behind something else. */
static void serve(void)
{
    struct ctx *request = ctx_with_timeout(ctx_background(), phases.gauges->settings.patience);
    defer(ctx_drop, request);
    defer(ctx_cancel, request);
    phases.entry(request);
}

static void serve_counted(void *intended)
{
    serve();
    phases.keep_latency(clock_now() - (int64_t)(intptr_t)intended);
    phases.gauges->progress.finished++;
}

static void serve_warm_up(void *unused)
{
    (void)unused;
    serve();
}

void phases_send_request(int64_t intended)
{
    struct progress *progress = &phases.gauges->progress;
    if (phases.counting)
        progress->sent++;
    if (go(phases.counting ? serve_counted : serve_warm_up, (void *)(intptr_t)intended))
        return;
    if (phases.counting)
        progress->refused++;
    phases_go_wrong(task_error());
}

/* --- Counting ------------------------------------------------------------------------------- */

static void count(enum moment moment)
{
    struct counts *counts = &phases.gauges->counts[moment];
    counts->tasks = task_stats.live - phases.gauges->progress.harness_tasks;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        counts->waiting[reason] = task_stats.waiting[reason];
    counts->timers = task_stats.timers;
    counts->channels = task_stats.channels;
    counts->contexts = task_stats.contexts;
    counts->heap = heap_allocated();
}

static bool count_one(const struct task_info *task, void *arg)
{
    struct counts *counts = arg;
    if (task->id <= phases.baseline_id)
        return true;
    counts->tasks++;
    if (task->state == TASK_PARKED)
        counts->waiting[task->reason]++;
    return true;
}

/* A task of the warm-up that has ended since must not make up for one of load that has not. */
static void count_left(void)
{
    struct counts *left = &phases.gauges->counts[MOMENT_LEFT];
    const struct counts *before = &phases.gauges->counts[MOMENT_BASELINE];
    count(MOMENT_LEFT);
    left->tasks = before->tasks;
    memcpy(left->waiting, before->waiting, sizeof left->waiting);
    task_each(count_one, left);
}

void phases_let_all_park(void)
{
    enum { TURNS = 100000 };
    for (int turn = 0; turn < TURNS; turn++) {
        uint64_t parked = 0;
        for (int reason = 0; reason < WAIT_REASONS; reason++)
            parked += task_stats.waiting[reason];
        if (parked + phases.gauges->progress.harness_tasks >= task_stats.live)
            return;
        task_yield();
    }
}

/* --- One after the other -------------------------------------------------------------------- */

static int64_t real_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

static void enter(enum phase phase)
{
    struct progress *progress = &phases.gauges->progress;
    progress->phase_began[phase] = real_time();
    __atomic_store_n(&progress->phase, (uint32_t)phase, __ATOMIC_RELEASE);
}

/* How long the last ones lived. */
static void note_timers(int64_t settled)
{
    struct progress *progress = &phases.gauges->progress;
    if (phases.counting && !progress->timers_gone &&
        task_stats.timers <= phases.gauges->counts[MOMENT_BASELINE].timers)
        progress->timers_gone = settled;
}

/* Whatever is going to end by itself ends within this time. */
static void settle(int64_t *settled)
{
    int64_t start = clock_now(), horizon = phases.gauges->settings.settle;
    clock_set_virtual(true);
    while (*settled < horizon) {
        int64_t rest = horizon - *settled;
        task_sleep(rest < SECOND ? rest : SECOND);
        phases_let_all_park();
        *settled = clock_now() - start;
        note_timers(*settled);
    }
}

void phases_warm_up(void (*offer)(void *arg), void *arg)
{
    int64_t settled = 0;
    enter(PHASE_WARM_UP);
    clock_set_virtual(true);
    offer(arg);
    settle(&settled);
    clock_set_virtual(phases.gauges->settings.virtual_clock);
}

static void nothing(void *unused)
{
    (void)unused;
}

void phases_baseline(void)
{
    enter(PHASE_BASELINE);
    if (phases.gauges->settings.baseline)
        task_sleep(phases.gauges->settings.baseline);
    phases.baseline_id = go(nothing, NULL);
    phases_let_all_park();
    count(MOMENT_BASELINE);
}

void phases_begin_load(void)
{
    enter(PHASE_LOAD);
    phases.counting = true;
}

/* Every client is gone when its patience is over; a moment more is for the task to notice. */
void phases_drain(void)
{
    const struct progress *progress = &phases.gauges->progress;
    int64_t end = clock_now() + phases.gauges->settings.patience + 100 * MILLISECOND;
    enter(PHASE_DRAIN);
    while (progress->finished + progress->refused < progress->sent && clock_now() < end)
        task_sleep(MILLISECOND);
    phases_let_all_park();
    count(MOMENT_HELD);
}

void phases_settle(void)
{
    enter(PHASE_SETTLE);
    settle(&phases.gauges->progress.settled);
    count_left();
}

/* Who has parked in the second half of settle was woken late, and parked again. */
void phases_end(void)
{
    int64_t half_of_settle = phases.gauges->settings.settle / 2;
    parked_collect(&phases.gauges->parked, phases.baseline_id, clock_now() - half_of_settle);
    enter(PHASE_DONE);
}
