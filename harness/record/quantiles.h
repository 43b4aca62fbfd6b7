/* Quantiles of latencies, where requests that never returned are slower than any. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* In `all` requests of which these `returned` ones, sorted, came back: the latency that the share q
 * (0 to 1) stayed under. INFINITY: never; NAN: no request. */
double quantile_of(const double *sorted, size_t returned, double all, double q);

/* The latencies sorted, as doubles, which hold nanoseconds exactly up to 104 days. The caller frees
 * them; NULL where there is no memory. */
double *quantile_sort(const int64_t *latencies, size_t count);
