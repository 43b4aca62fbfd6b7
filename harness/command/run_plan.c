#include "command/run_plan.h"
#include "task/time.h"
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
        int64_t limit = time_limit(settings);
        plan->time_limit = limit > plan->time_limit ? limit : plan->time_limit;
    }
    return plan->cases != NULL;
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
    }
    return time;
}

void run_plan_free(struct run_plan *plan)
{
    for (size_t i = 0; i < plan->length; i++)
        outcome_free(&plan->cases[i]);
    free(plan->cases);
}
