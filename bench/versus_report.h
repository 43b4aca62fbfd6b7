/* What the comparison says: a table for people, and a report in the shape of google-benchmark's,
 * so that what reads those reads this. */
#pragma once

#include "bench/versus_workloads.h"

enum { VERSUS_ROUNDS_MOST = 99 };

struct versus_measured {
    const struct versus_workload *workload;
    double figures[SIDES][VERSUS_ROUNDS_MOST]; /* one a round */
    bool noisy[SIDES][VERSUS_ROUNDS_MOST];     /* its core had a neighbour */
};

struct versus {
    struct versus_measured *all;
    size_t count;
    bool runs[SIDES];
    int rounds; /* that all sides of all have a figure of */
    int wanted; /* rounds */
    int core;   /* that all was pinned to */
    char go_version[96];
    json_t *context; /* of the suite's own report */
    json_t *fiber;   /* of Boost.Fiber's; NULL: it was not run */
    char *command;   /* as typed */
};

/* Medians, ratios, and whether targets hold, on standard output. */
void versus_print(const struct versus *versus);

/* False: a message has gone to standard error. */
bool versus_write(const struct versus *versus, const char *path);
