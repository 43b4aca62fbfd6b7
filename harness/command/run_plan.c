#include "command/run_plan.h"
#include "load/schedule.h"
#include "probe/growth.h"
#include "result/summary.h"
#include "task/time.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

/* Load where nothing else is said, of few cases and of many; as fast as it goes has no time of its own. */
static const int64_t load_time_of_few = 2 * SECOND, load_time_of_many = SECOND;
enum { FEW = 20 };
/* Under a memory limit load goes on until the case dies, or has outlived this. */
static const int64_t load_time_limited = 2 * MINUTE;
enum { REQUESTS_AT_MAX = 100000 };

static void end_load(struct settings *settings, bool many)
{
    if (settings->requests || settings->duration)
        return;
    if (settings->memory_limit)
        settings->duration = load_time_limited;
    else if (settings->rate > 0)
        settings->duration = many ? load_time_of_many : load_time_of_few;
    else
        settings->requests = REQUESTS_AT_MAX;
}

/* Twice what is in flight at a time, so that load finds its stacks made. Half of it is the rehearsal. */
static uint64_t warm_up_for(const struct settings *settings)
{
    enum { LEAST = 40, MOST = 1000, AT_MAX = 100 };
    double in_flight = settings->rate * (double)settings->patience / SECOND;
    uint64_t warm_up = settings->rate > 0 ? (uint64_t)(2 * in_flight) : AT_MAX;
    return warm_up < LEAST ? LEAST : warm_up > MOST ? MOST : warm_up;
}

/* Long enough for any machine; only a case that hangs meets it. */
static int64_t time_limit(const struct settings *settings)
{
    double load = settings->duration ? (double)settings->duration : INFINITY;
    double interval = settings->rate > 0 ? SECOND / settings->rate : MILLISECOND;
    if (settings->requests)
        load = fmin(load, (double)settings->requests * interval);
    return (int64_t)fmin(2 * load, 1e18) + 10 * MINUTE;
}

/* --- Chance --------------------------------------------------------------------------------------- */

/* Splitmix64's last steps: neighbours come out unlike. */
static uint64_t scatter(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* JSON's readers keep whole numbers up to 53 bits. */
uint64_t run_plan_seed(uint64_t seed, unsigned repetition)
{
    return repetition ? scatter(scatter(seed) + repetition) >> 11 : seed;
}

/* Alarms ring on a grid of the clock's. Where arrivals are as evenly spaced, all of a run stand at one place between its
 * lines: where the first stands is chance, and so differs between repetitions. */
static int64_t first_arrival(const struct settings *settings)
{
    static const double grid = MILLISECOND;
    if (settings->arrivals != ARRIVALS_CONSTANT || !(settings->rate > 0))
        return 0;
    double share = ldexp((double)(scatter(~settings->seed) >> 11), -53);
    return (int64_t)(share * fmin(SECOND / settings->rate, grid));
}

/* Whether two that stand side by side are of one block: the same pair, repetition and load, by other variants. */
static bool is_same_block(const struct outcome *a, const struct outcome *b)
{
    return a->pair == b->pair && a->repetition == b->repetition &&
           summary_same_settings(&a->settings, &b->settings);
}

/* What drifts while a block runs is for one variant now and for the other then. */
static bool lay_order(struct run_plan *plan, uint64_t seed)
{
    gsl_rng *random = growth_random(scatter(seed));
    plan->order = calloc(plan->length + 1, sizeof *plan->order);
    size_t end;
    for (size_t i = 0; random && plan->order && i < plan->length; i = end) {
        for (end = i; end < plan->length && is_same_block(&plan->cases[i], &plan->cases[end]);
             end++)
            plan->order[end] = end;
        gsl_ran_shuffle(random, plan->order + i, end - i, sizeof *plan->order);
    }
    bool done = random && plan->order;
    gsl_rng_free(random);
    return done;
}

/* --- The whole ------------------------------------------------------------------------------------ */

bool run_plan_make(struct run_plan *plan, const struct selection *selection,
                   const struct sweep *sweep)
{
    struct selection of_points = *selection;
    *plan = (struct run_plan){.cases = NULL};
    of_points.points = sweep->points;
    of_points.point_count = sweep->count;
    plan->cases = selection_cases(&of_points, &plan->length);
    if (!plan->cases)
        plan->length = 0;
    bool many = plan->length > FEW && selection->repeat <= 1 && sweep->count == 1;
    for (size_t i = 0; i < plan->length; i++) {
        struct settings *settings = &plan->cases[i].settings;
        end_load(settings, many);
        settings->warm_up = warm_up_for(settings);
        settings->seed = run_plan_seed(settings->seed, plan->cases[i].repetition);
        settings->first_arrival = first_arrival(settings);
        int64_t limit = time_limit(settings);
        plan->time_limit = limit > plan->time_limit ? limit : plan->time_limit;
    }
    bool done = plan->cases && lay_order(plan, selection->settings.seed);
    if (!done)
        run_plan_free(plan);
    return done;
}

int64_t run_plan_time(const struct run_plan *plan)
{
    static const int64_t around = 400 * MILLISECOND; /* a process, its rehearsal, its end */
    int64_t time = 0;
    for (size_t i = 0; i < plan->length; i++) {
        const struct settings *s = &plan->cases[i].settings;
        double load = s->duration ? (double)s->duration : INFINITY;
        if (s->rate > 0 && s->requests)
            load = fmin(load, (double)s->requests / s->rate * SECOND);
        if (isinf(load))
            return 0;
        time += s->baseline + 2 * s->patience + (int64_t)load + around;
        if (schedule_opens(s))
            time += s->patience + 100 * MILLISECOND;
    }
    return time;
}

void run_plan_free(struct run_plan *plan)
{
    for (size_t i = 0; i < plan->length; i++)
        outcome_free(&plan->cases[i]);
    free(plan->cases);
    free(plan->order);
    *plan = (struct run_plan){.cases = NULL};
}
