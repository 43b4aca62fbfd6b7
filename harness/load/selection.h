/* Which cases to run: pairs, variants, and the settings they share. */
#pragma once

#include "load/lab.h"

struct selection {
    const struct pair **pairs; /* none: all of the catalog */
    size_t pair_count;
    bool variants[VARIANTS];
    struct settings settings;
};

/* What everybody gets who asks for nothing else: 1000 requests a second and a patience of 50 ms,
 * ten minutes of settle, seed 1, the runtime's own stacks. No end of load is set. */
struct settings settings_default(void);

/* The outcomes to come, leak before fix, in the order of the pairs; *length of them. The caller
 * frees each by outcome_free(), and the array. NULL where there is no memory. */
struct outcome *selection_cases(const struct selection *selection, size_t *length);
