#include "load/phases.h"
#include "load/leg.h"
#include "load/recovering.h"
#include "plain/loop_clock.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/hibernate.h"
#include "task/task.h"
#include "task/time.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

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
    int64_t due = (int64_t)(intptr_t)intended, began = clock_now();
    serve();
    phases.keep_latency(latency_between(due, began, clock_now()));
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
    bool made = go(phases.counting ? serve_counted : serve_warm_up, (void *)(intptr_t)intended);
    leg_request(made, intended);
    if (phases.counting) {
        progress->sent++;
        progress->refused += !made;
    }
    if (!made)
        phases_go_wrong(task_error());
}

/* --- One after the other -------------------------------------------------------------------- */

void phases_enter(enum phase phase)
{
    struct progress *progress = &phases.gauges->progress;
    progress->phase_began[phase] = loop_clock_of_system();
    __atomic_store_n(&progress->phase, (uint32_t)phase, __ATOMIC_RELEASE);
}

#define MOMENT (100 * MILLISECOND)

/* Every client is gone when its patience is over; a moment more is for the task to notice, and for what goes
 * on a little after the answer. */
static int64_t end_of_drain(void)
{
    return clock_now() + phases.gauges->settings.patience + MOMENT;
}

static struct quiescence settled; /* the last time */

static struct quiescence settle(void)
{
    int64_t bound = phases.gauges->settings.settle;
    clock_set_virtual(true);
    return quiescence_reach(bound > 0 ? bound : INT64_MAX);
}

/* What is made to end may have waited for something, and others for it. requests: of which nothing is known yet. */
static void settle_and_recover(uint64_t requests)
{
    enum { ROUNDS = 16 };
    recovering_watch(requests);
    settled = settle();
    if (requests)
        recovering_learn(requests, settled.spinning_from);
    for (int i = 0; i < ROUNDS && recovering_all(); i++)
        settled = settle();
}

/* How many requests of the warm-up are the rehearsal: half of it. But of it and load one is at least twice as long as the
 * other: of two of the same length no constant could be told from a leak. */
uint64_t phases_rehearsal(const struct settings *settings)
{
    double half = floor((double)settings->warm_up / 2);
    double by_time = settings->rate * (double)settings->duration / SECOND;
    double by_count = (double)settings->requests;
    double load = by_time > 0 && by_count > 0 ? fmin(by_time, by_count) : fmax(by_time, by_count);
    bool alike = load > 0 && half > load / 2 && half < 2 * load;
    return (uint64_t)(alike ? load / 2 : half);
}

void phases_warm_up(void (*offer)(uint64_t requests, void *arg), void *arg)
{
    struct gauges *gauges = phases.gauges;
    uint64_t warm_up = gauges->settings.warm_up, rehearsal = phases_rehearsal(&gauges->settings);
    phases_enter(PHASE_WARM_UP);
    clock_set_virtual(true);
    recovering_begin(gauges);
    if (gauges->settings.hibernate && task_hibernate_after(gauges->settings.hibernate))
        snprintf(gauges->progress.error, sizeof gauges->progress.error, "nobody hibernates: %s",
                 task_hibernate_error());
    /* Where one of it is there and no more, there are turns enough to see that it ends. */
    uint64_t first = warm_up > rehearsal;
    offer(first, arg);
    settle_and_recover(0);
    offer(warm_up - rehearsal - first, arg);
    settle_and_recover(warm_up - rehearsal - first);
    leg_begin(&gauges->legs[LEG_REHEARSAL], gauges->progress.harness_tasks, &settled);
    offer(rehearsal, arg);
    quiescence_pass_until(end_of_drain());
    recovering_all();
    leg_hold();
    settle_and_recover(0);
    leg_end(&settled);
    clock_set_virtual(gauges->settings.virtual_clock);
}

void phases_baseline(void)
{
    phases_enter(PHASE_BASELINE);
    if (phases.gauges->settings.baseline)
        quiescence_pass_until(clock_now() + phases.gauges->settings.baseline);
    leg_begin(&phases.gauges->legs[LEG_LOAD], phases.gauges->progress.harness_tasks, &settled);
}

void phases_begin_load(void)
{
    phases_enter(PHASE_LOAD);
    phases.counting = true;
}

/* Under the real clock no longer than it takes, and the moment. */
void phases_let_return(void)
{
    const struct progress *progress = &phases.gauges->progress;
    int64_t end = end_of_drain();
    while (!clock_is_virtual() && progress->finished + progress->refused < progress->sent &&
           clock_now() < end - MOMENT)
        task_sleep(MILLISECOND);
    quiescence_pass_until(clock_is_virtual() ? end : clock_now() + MOMENT);
    quiescence_let_park();
    recovering_all();
}

void phases_drain(void)
{
    phases_enter(PHASE_DRAIN);
    phases_let_return();
    leg_hold();
}

void phases_settle(void)
{
    phases_enter(PHASE_SETTLE);
    leg_prove_early(phases.gauges);
    settle_and_recover(0);
    leg_end(&settled);
    if (phases.gauges->legs[LEG_LOAD].refused)
        phases_go_wrong(task_error());
}

void phases_end(void)
{
    leg_tell(phases.gauges);
    phases_enter(PHASE_DONE);
}
