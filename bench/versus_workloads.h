/* What the comparison measures, and what it is held to. */
#pragma once

#include "bench/versus_run.h"

enum { HERE, THERE };

struct versus_workload {
    const char *text, *unit;
    const char *name[2], *field[2]; /* of suites; of Go */
    const char *as; /* in a report, where that is another than name and field of here */
    bool once;      /* a single iteration, which takes seconds: not on two processors */
    bool alone;     /* it means nothing on two processors */
    bool fiber;     /* Boost.Fiber has it */
    double least,
        most; /* at least this much faster than Go; at most this, by itself; 0: no target */
};

extern const struct versus_workload versus_workloads[];
extern const size_t versus_workload_count;

/* Whether this side does that, and what it calls it. */
bool versus_has(const struct versus_workload *w, enum side side);
const char *versus_name(const struct versus_workload *w, enum side side);
const char *versus_field(const struct versus_workload *w, enum side side);
