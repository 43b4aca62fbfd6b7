/* Which cases to run: pairs, variants, and the settings they share. */
#pragma once

#include "load/lab.h"

struct selection {
    const struct pair **pairs; /* none: all of the catalog, or all controls */
    size_t pair_count;
    bool controls;
    bool variants[VARIANTS];
    struct settings settings;
    const struct settings *points; /* in place of the one: a sweep over as many; or NULL */
    size_t point_count;
    unsigned repeat;         /* how often each case runs; 0 is 1 */
    const struct twin *twin; /* runs each case too, after us; or NULL */
    int64_t recover;         /* besides, each leak and control with settings.recover; 0: none */
    int64_t hibernate;       /* besides, each leak and control with settings.hibernate; 0: none */
};

/* What everybody gets who asks for nothing else: 1000 requests a second and a patience of 50 ms,
 * seed 1, the runtime's own stacks, looks at the ends of phases alone. No end
 * of load is set. */
struct settings settings_default(void);

/* The same for a proof: under the virtual clock, a hundred requests where no number is set, and as many before
 * them, forty at least. */
struct settings settings_to_check(struct settings settings);

/* The outcomes to come: every case once, leak beside fix and each beside its twin, in the order of
 * the pairs and of the points, then all of it again; so what drifts meanwhile drifts for all alike.
 * *length of them. The caller frees each by outcome_free(), and the array. NULL where there is no
 * memory. */
struct outcome *selection_cases(const struct selection *selection, size_t *length);
