#include "campaign/plan.h"
#include "probe/levels.h"
#include "record/built.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the processes of a row show. */
struct pilot {
    struct draw *draws;
    size_t count, processes;
    double repeating, starting; /* seconds: in repetitions, and besides */
};

/* Nanoseconds of one operation; NAN: none. */
static double cost_of(const json_t *run)
{
    double time = json_number_value(json_object_get(run, "real_time"));
    return time > 0 && !json_object_get(run, "error_occurred") ? time : NAN;
}

/* The sides are no part of what varies: each is taken for itself. */
static void add_process(struct pilot *pilot, const json_t *process)
{
    json_t *run;
    size_t i;
    double repeating = 0;
    json_array_foreach(json_object_get(process, "runs"), i, run)
    {
        double cost = cost_of(run);
        if (isnan(cost))
            continue;
        pilot->draws[pilot->count++] = (struct draw){
            .value = cost,
            .build = json_integer_value(json_object_get(process, "side")),
            .invocation = json_integer_value(json_object_get(process, "invocation")),
        };
        const char *unit = json_string_value(json_object_get(run, "time_unit"));
        double scale = !unit || strcmp(unit, "ns") == 0 ? 1e-9
                       : strcmp(unit, "us") == 0        ? 1e-6
                       : strcmp(unit, "ms") == 0        ? 1e-3
                                                        : 1;
        const json_t *pieces = json_object_get(run, "pieces");
        repeating += scale * cost * json_number_value(json_object_get(run, "iterations")) *
                     (pieces ? json_number_value(pieces) : 1);
    }
    double all = json_number_value(json_object_get(process, "seconds"));
    pilot->processes++;
    pilot->repeating += repeating;
    pilot->starting += fmax(all - repeating, 0);
}

static int repetitions_of(struct pilot *pilot)
{
    double repetitions = (double)pilot->count, processes = (double)pilot->processes;
    if (!pilot->count)
        return 1;
    struct variances v = variances_of(pilot->draws, pilot->count);
    return levels_optimum(v.repetition, v.invocation, pilot->repeating / repetitions,
                          pilot->starting / processes, REPETITIONS_MOST);
}

static size_t runs_in(const json_t *processes)
{
    size_t count = 0, i;
    json_t *process;
    json_array_foreach(processes, i, process)
    {
        count += json_array_size(json_object_get(process, "runs"));
    }
    return count;
}

json_t *plan_of(const json_t *processes, const json_t *rows)
{
    json_t *plan = json_object(), *row, *process;
    size_t i, k;
    struct draw *draws = calloc(runs_in(processes) + 1, sizeof *draws);
    json_array_foreach(rows, i, row)
    {
        struct pilot pilot = {.draws = draws};
        json_array_foreach(processes, k, process)
        {
            if (draws && json_equal(json_object_get(process, "row"), row))
                add_process(&pilot, process);
        }
        plan = built_with(plan, json_string_value(row),
                          json_integer(draws ? repetitions_of(&pilot) : 1));
    }
    free(draws);
    return plan;
}
