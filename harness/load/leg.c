/* Held time is the area under the curve of what the leg has made: of each kind, how many there were, times how
 * long. Divided by the requests it is what there is of it in the end under a steady load of one request a
 * second (Little's law), and no object need be followed.
 *
 * What will stay is not known before the end. So the curve is kept twice, as it is now and as it was when
 * there was least of it: later ups and downs, of what time alone keeps busy, are no part of what was held.
 */
#include "load/leg.h"
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

struct curve {
    int64_t there;           /* at the last look */
    int64_t all;             /* the same and all older ones */
    double area;             /* count times nanoseconds, so far */
    int64_t least, least_at; /* of the count since load was over, and since when */
    double area_at_hold, area_at_least;
};

static struct {
    struct leg *leg; /* NULL: none is on */
    unsigned harness_tasks;
    uint64_t task_before; /* id: younger ones are the leg's */
    uint64_t old_tasks, refused_before;
    uint64_t old_awake[COUNTED_REASONS]; /* tasks of before that time alone keeps waking */
    bool spun_before;                    /* or timers without a task */
    int64_t now, held_at; /* clock_now() that the curves have come to; when load was over */
    int part;
    bool held;
    uint64_t seen[KINDS]; /* what the runtime counted at the last look */
    bool changed;         /* since the range was taken */
    struct curve curves[KINDS];
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
    if (!state.held && census.sampled)
        state.leg->stack = (int64_t)(census.stacks / census.sampled);
}

/* What there is now, and what the leg has made of it; of tasks near enough: an old one that ends counts as one less. */
static void look_at(enum kind kind, struct curve *curve)
{
    if (kind == KIND_TASKS) {
        curve->all = (int64_t)task_stats.live;
        curve->there = (int64_t)(task_stats.live - state.old_tasks);
    } else if (kind == KIND_HEAP) {
        curve->all = heap_of_sample();
        curve->there = curve->all - state.leg->counts[MOMENT_BASELINE].heap;
    } else {
        struct owned owned = own_objects(kind);
        curve->all = (int64_t)owned.all;
        curve->there = (int64_t)owned.own;
    }
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
        look_at(kind, &state.curves[kind]);
    state.changed = true;
}

/* From the last time on until `to` there is what there is now. */
static void go_on(int64_t to)
{
    look();
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct curve *curve = &state.curves[kind];
        int64_t there = curve->there;
        if (state.held && there < curve->least) {
            curve->least = there;
            curve->least_at = state.now;
            curve->area_at_least = curve->area;
        }
        curve->area += (double)there * (double)(to - state.now);
    }
    state.now = to;
}

static void pass(int64_t from, int64_t to)
{
    (void)from;
    go_on(to);
}

/* --- One after the other -------------------------------------------------------------------------- */

void leg_begin(struct leg *leg, unsigned harness_tasks, const struct quiescence *settled)
{
    memset(leg, 0, sizeof *leg);
    for (size_t i = 0; i < LEG_PARTS * KINDS; i++) {
        leg->least[i / KINDS][i % KINDS] = INT64_MAX;
        leg->most[i / KINDS][i % KINDS] = INT64_MIN;
    }
    leg->stack = -1;
    state.leg = leg;
    state.harness_tasks = harness_tasks;
    state.part = 0;
    state.held = false;
    state.changed = true;
    state.task_before = go(nothing, NULL);
    quiescence_let_park();
    recovering_begin_leg(state.task_before);
    made_begin_fresh();
    memset(state.curves, 0, sizeof state.curves);
    memset(state.seen, 0, sizeof state.seen);
    count_all(&leg->counts[MOMENT_BASELINE]);
    struct census census = take_census(UINT64_MAX, settled->spinning_from);
    memcpy(state.old_awake, census.old_awake, sizeof state.old_awake);
    state.old_tasks = task_stats.live;
    state.spun_before = settled->spinning_from < INT64_MAX || settled->restless;
    state.refused_before = task_stats.refused;
    state.now = clock_now();
    quiescence_watch(pass);
}

/* While requests come: what happens after the last of them is no part of it. */
static void take_range(void)
{
    int64_t *least = state.leg->least[state.part], *most = state.leg->most[state.part];
    for (enum kind kind = 0; kind < KINDS; kind++) {
        int64_t all = state.curves[kind].all;
        least[kind] = all < least[kind] ? all : least[kind];
        most[kind] = all > most[kind] ? all : most[kind];
    }
    state.changed = false;
}

/* Under the real clock nobody tells when time passes. */
void leg_request(bool made, int64_t now)
{
    if (!state.leg)
        return;
    if (now - state.now > MILLISECOND)
        go_on(now);
    else
        look();
    state.leg->requests += made;
    state.leg->late_requests += made && state.part == LEG_PARTS - 1;
    if (state.changed)
        take_range();
}

void leg_part(int part)
{
    state.part = part;
    if (state.leg)
        take_range();
}

void leg_hold(void)
{
    go_on(clock_now());
    count_leg(&state.leg->counts[MOMENT_HELD], INT64_MAX);
    places_of_tasks(&state.held_tasks, state.task_before, INT64_MAX);
    places_of_objects(&state.held_objects);
    state.held = true;
    state.held_at = state.now;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        state.curves[kind].least = INT64_MAX;
        state.curves[kind].area_at_hold = state.curves[kind].area;
    }
}

/* Of load's part of the area, what stays has its share too: as large as its share of what was held. */
static void conclude(struct leg *leg, enum kind kind)
{
    const struct curve *curve = &state.curves[kind];
    int64_t before = counts_of_kind(&leg->counts[MOMENT_BASELINE], kind);
    int64_t held = counts_of_kind(&leg->counts[MOMENT_HELD], kind) - before;
    int64_t left = counts_of_kind(&leg->counts[MOMENT_LEFT], kind) - before;
    if (before < 0 || held <= left || held <= 0)
        return;
    left = left > 0 ? left : 0;
    double area = curve->area_at_hold * (double)(held - left) / (double)held;
    area += curve->area_at_least - curve->area_at_hold -
            (double)left * (double)(curve->least_at - state.held_at);
    leg->seconds[kind] = area > 0 ? area / SECOND : 0;
    leg->gone[kind] = curve->least_at - state.held_at;
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
    for (enum kind kind = 0; kind < KINDS; kind++) {
        leg->all[kind] = state.curves[kind].all;
        conclude(leg, kind);
    }
    state.leg = NULL;
}

void leg_tell(struct gauges *gauges)
{
    places_name_tasks(&state.left_tasks, NULL, &gauges->parked);
    places_name_tasks(&state.held_tasks, &state.left_tasks, &gauges->passing);
    places_name_objects(&state.left_objects, NULL, &gauges->objects[STAYING]);
    places_name_objects(&state.held_objects, &state.left_objects, &gauges->objects[PASSING]);
    proving_look(&gauges->progress.proven, state.task_before);
    recovering_tell();
}

void leg_prove_early(struct gauges *gauges)
{
    struct proven proven = {0};
    proving_look(&proven, state.task_before);
    gauges->progress.proven.early = proven.leaked;
}
