/* What the comparison with Go measures, and what it is held to. */
#pragma once

#include "bench/versus_run.h"
#include <stdbool.h>

/* least: at least this much faster than Go; most: at most this, by itself; 0: no target. */
struct versus_workload {
    const char *text, *unit;
    const char *name[SIDES], *field[SIDES];
    bool once;
    double least, most;
};

extern const struct versus_workload versus_workloads[];
extern const size_t versus_workload_count;
