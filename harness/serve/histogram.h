/* A histogram as Prometheus counts: each bucket holds what is at most its bound. */
#pragma once

#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 16 };

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS + 1]; /* not added up; the last has no bound */
    uint64_t nanoseconds;                   /* sum of all */
};

/* In seconds. */
extern const double histogram_bounds[HISTOGRAM_BUCKETS];

void histogram_add(struct histogram *h, int64_t nanoseconds);
