/* From what was asked for to the cases that run: where load ends where nobody has said it, how large the
 * warm-up is, and how long a case may take. */
#pragma once

#include "command/sweep.h"
#include "load/selection.h"

struct run_plan {
    struct outcome *cases; /* as they are tabled: leak before fix */
    size_t length;
    size_t *order; /* in which they run: within each pair and repetition by chance, of the seed */
    int64_t time_limit; /* of a case, in nanoseconds; only one that hangs meets it */
};

/* The seed of a repetition: what chance decides in one is independent of the others. The first has the seed as it was
 * given. */
uint64_t run_plan_seed(uint64_t seed, unsigned repetition);

/* The cases of the selection at each point of the sweep, which must have one at least. False: no
 * memory, and nothing to free. */
bool run_plan_make(struct run_plan *plan, const struct selection *selection,
                   const struct sweep *sweep);
/* About how long all of it takes, in nanoseconds; 0: not known, as where load is as fast as it goes. */
int64_t run_plan_time(const struct run_plan *plan);

void run_plan_free(struct run_plan *plan);
