/* Quantiles of what requests took, where those that never returned are slower than any; with intervals that ask
 * nothing of how the times are spread.
 *
 * Everything stands on a grid of thousandths: a saved record has these in place of the times.
 */
#pragma once

#include "probe/interval.h"
#include "probe/latencies.h"

enum { QUANTILE_PARTS = 1000 };

/* In `all` requests of which these `returned` ones, sorted, came back: the time that the share q
 * (0 to 1) stayed under. INFINITY: never; NAN: no request. */
double quantile_of(const double *sorted, size_t returned, double all, double q);

/* One part of each, sorted, as doubles, which hold nanoseconds exactly up to 104 days. The caller frees
 * them; NULL where there is no memory. */
double *quantile_sort(const struct latency *latencies, size_t count, enum latency_part part);

/* All of the grid, in whole nanoseconds: QUANTILE_PARTS + 1 of them. */
void quantiles_of(const double *sorted, size_t returned, double all, double *quantiles);

/* The quantile q, a number of thousandths, of such a grid, and the 95 % interval of it that the ranks give: of n
 * independent requests as many as a binomial distribution says stay under the true one. Rounded outwards to the
 * grid. It speaks of the requests of one run, and of no other run. */
struct estimate quantile_estimate(const double *quantiles, double n, int q);
