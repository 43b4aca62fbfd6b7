#include "load/leg.h"
#include "load/curves.h"
#include "load/places.h"
#include "load/proving.h"
#include "load/recovering.h"
#include "probe/heap.h"
#include "probe/memory.h"
#include "task/inspect.h"
#include "task/task.h"
#include "task/time.h"
#include <string.h>

static void nothing(void *unused)
{
    (void)unused;
}

static struct {
    struct leg *leg; /* NULL: none is on */
    unsigned harness_tasks;
    uint64_t task_before; /* id: younger ones are the leg's */
    uint64_t old_tasks, refused_before;
    uint64_t old_awake[COUNTED_REASONS]; /* tasks of before that time alone keeps waking */
    bool spun_before;                    /* or timers without a task */
    uint64_t seen[KINDS];                /* what the runtime counted at the last look */
    struct curves curves;
    struct task_places held_tasks, left_tasks;
    struct object_places held_objects, left_objects;
} state;

/* What the runtime keeps for itself is not the sample's. */
static int64_t heap_of_sample(void)
{
    int64_t all = heap_allocated();
    return heap_is_known() ? all - (int64_t)task_stats.own_heap : all;
}

/* --- Counting ------------------------------------------------------------------------------------- */

/* Of tasks, by what they wait for: the leg's own, those among them that are kept awake, and old ones that are.
 * A task that is kept awake may make its successor: then an old one has gone, and a young one stands in
 * its place. */
struct census {
    uint64_t after, caller;
    int64_t spinning_from;
    uint64_t own[COUNTED_REASONS], own_awake[COUNTED_REASONS], old_awake[COUNTED_REASONS];
    size_t sampled, stacks; /* how many stacks were looked at, and their resident bytes */
};

enum { STACKS_SAMPLED = 64 };

static bool count_one(const struct task_info *task, void *arg)
{
    struct census *census = arg;
    int reason = task->state == TASK_PARKED ? task->reason : WAIT_NONE;
    bool awake = task->state != TASK_PARKED || task->since > census->spinning_from;
    if (task->id == census->caller)
        return true;
    if (task->id <= census->after) {
        census->old_awake[reason] += awake;
        return true;
    }
    census->own[reason]++;
    census->own_awake[reason] += awake;
    if (census->sampled < STACKS_SAMPLED) {
        census->sampled++;
        census->stacks += memory_resident_between(task->stack_low, task->stack_high);
    }
    return true;
}

static struct census take_census(uint64_t after, int64_t spinning_from)
{
    struct census census = {.after = after, .caller = task_id(), .spinning_from = spinning_from};
    task_each(count_one, &census);
    return census;
}

static void count_all(struct counts *counts)
{
    *counts = (struct counts){.tasks = task_stats.live - state.harness_tasks,
                              .timers = made_of(MADE_TIMER).alive,
                              .contexts = made_of(MADE_CONTEXT).alive,
                              .channels = made_of(MADE_CHANNEL).alive,
                              .heap = heap_of_sample()};
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        counts->waiting[reason] = task_stats.waiting[reason];
}

/* The leg's own tasks that wait for this, less those that stand in the place of an old one. */
static uint64_t own_tasks(const struct census *census, int reason)
{
    uint64_t gone = state.old_awake[reason] > census->old_awake[reason]
                        ? state.old_awake[reason] - census->old_awake[reason]
                        : 0;
    uint64_t awake = census->own_awake[reason];
    return census->own[reason] - (gone < awake ? gone : awake);
}

struct owned {
    uint64_t all, own;
};

/* Likewise of objects: where time alone keeps something busy, what it made before the leg goes, and what it makes
 * anew stands in its place. */
static struct owned own_objects(enum kind kind)
{
    static const enum made_kind made_kinds[KINDS] = {
        [KIND_TIMERS] = MADE_TIMER, [KIND_CONTEXTS] = MADE_CONTEXT, [KIND_CHANNELS] = MADE_CHANNEL};
    struct made_info made = made_of(made_kinds[kind]);
    uint64_t before = (uint64_t)counts_of_kind(&state.leg->counts[MOMENT_BASELINE], kind);
    uint64_t old = made.alive - made.fresh;
    uint64_t gone = state.spun_before && before > old ? before - old : 0;
    return (struct owned){made.alive, made.fresh - (gone < made.fresh ? gone : made.fresh)};
}

/* Those of the baseline and what the leg has made. */
static void count_leg(struct counts *counts, int64_t spinning_from)
{
    struct census census = take_census(state.task_before, spinning_from);
    *counts = state.leg->counts[MOMENT_BASELINE];
    for (int reason = 0; reason < WAIT_REASONS; reason++) {
        uint64_t own = own_tasks(&census, reason);
        counts->tasks += own;
        counts->waiting[reason] += reason == WAIT_NONE ? 0 : own;
    }
    counts->timers += own_objects(KIND_TIMERS).own;
    counts->contexts += own_objects(KIND_CONTEXTS).own;
    counts->channels += own_objects(KIND_CHANNELS).own;
    counts->heap = heap_of_sample();
    if (!state.curves.held && census.sampled)
        state.leg->stack = (int64_t)(census.stacks / census.sampled);
}

/* What there is now, and what the leg has made of it; of tasks near enough: an old one that ends counts as one less. */
static void look_at(enum kind kind)
{
    int64_t there = 0, all = 0;
    if (kind == KIND_TASKS) {
        all = (int64_t)task_stats.live;
        there = (int64_t)(task_stats.live - state.old_tasks);
    } else if (kind == KIND_HEAP) {
        all = heap_of_sample();
        there = all - state.leg->counts[MOMENT_BASELINE].heap;
    } else if (kind == KIND_TIMERS || kind == KIND_CONTEXTS || kind == KIND_CHANNELS) {
        struct owned owned = own_objects(kind);
        all = (int64_t)owned.all;
        there = (int64_t)owned.own;
    }
    curves_see(&state.curves, kind, there, all);
}

/* --- The curves ----------------------------------------------------------------------------------- */

/* Mostly nothing has changed, and that is seen at once. */
static void look(void)
{
    uint64_t seen[] = {task_stats.live, task_stats.timers, task_stats.contexts, task_stats.channels,
                       (uint64_t)heap_of_sample()};
    if (memcmp(seen, state.seen, sizeof seen) == 0)
        return;
    memcpy(state.seen, seen, sizeof seen);
    for (enum kind kind = 0; kind < KINDS; kind++)
        look_at(kind);
}

static void go_on(int64_t to)
{
    look();
    curves_go_on(&state.curves, to);
}

static void pass(int64_t from, int64_t to)
{
    (void)from;
    go_on(to);
}

/* --- One after the other -------------------------------------------------------------------------- */

void leg_begin(struct leg *leg, unsigned harness_tasks, const struct quiescence *settled)
{
    curves_begin(&state.curves, leg, clock_now());
    leg->stack = -1;
    state.leg = leg;
    state.harness_tasks = harness_tasks;
    state.task_before = go(nothing, NULL);
    quiescence_let_park();
    recovering_begin_leg(state.task_before);
    made_begin_fresh();
    memset(state.seen, 0, sizeof state.seen);
    count_all(&leg->counts[MOMENT_BASELINE]);
    struct census census = take_census(UINT64_MAX, settled->spinning_from);
    memcpy(state.old_awake, census.old_awake, sizeof state.old_awake);
    state.old_tasks = task_stats.live;
    state.spun_before = settled->spinning_from < INT64_MAX || settled->restless;
    state.refused_before = task_stats.refused;
    state.curves.now = clock_now();
    quiescence_watch(pass);
}

/* Under the real clock nobody tells when time passes. */
void leg_request(bool made, int64_t now)
{
    if (!state.leg)
        return;
    if (now - state.curves.now > MILLISECOND)
        go_on(now);
    else
        look();
    curves_request(&state.curves, made);
}

void leg_part(int part)
{
    if (state.leg)
        curves_part(&state.curves, part);
}

void leg_hold(void)
{
    go_on(clock_now());
    count_leg(&state.leg->counts[MOMENT_HELD], INT64_MAX);
    places_of_tasks(&state.held_tasks, state.task_before, INT64_MAX);
    places_of_objects(&state.held_objects);
    curves_hold(&state.curves);
}

void leg_end(const struct quiescence *settled)
{
    struct leg *leg = state.leg;
    go_on(clock_now());
    quiescence_watch(NULL);
    count_leg(&leg->counts[MOMENT_LEFT], settled->spinning_from);
    leg->refused = task_stats.refused - state.refused_before;
    places_of_tasks(&state.left_tasks, state.task_before, settled->spinning_from);
    places_of_objects(&state.left_objects);
    curves_end(&state.curves);
    state.leg = NULL;
}

void leg_tell(struct gauges *gauges)
{
    places_name_tasks(&state.left_tasks, NULL, &gauges->parked);
    places_name_tasks(&state.held_tasks, &state.left_tasks, &gauges->passing);
    places_name_objects(&state.left_objects, NULL, &gauges->objects[STAYING]);
    places_name_objects(&state.held_objects, &state.left_objects, &gauges->objects[PASSING]);
    proving_look(&gauges->progress.proven, state.task_before);
    proving_kept(&gauges->progress.kept, &gauges->progress.proven, gauges->legs[LEG_LOAD].requests,
                 gauges->legs[LEG_LOAD].stack);
    recovering_tell();
}

void leg_prove_early(struct gauges *gauges)
{
    struct proven proven = {0};
    proving_look(&proven, state.task_before);
    gauges->progress.proven.early = proven.leaked;
}
