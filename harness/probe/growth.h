/* How fast something grows: robust slopes, intervals that say how far to trust them, outliers.
 *
 * Everything here is repeatable: what chance is needed comes from the seed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Points of one run, in the order in which they were taken. x need not be evenly spaced. */
struct series {
    size_t length;
    const double *x, *y;
};

enum interval_basis {
    INTERVAL_NONE,        /* too little to say anything: low and high are NAN */
    INTERVAL_BLOCKS,      /* of one run or two: the noise within them, resampled in blocks */
    INTERVAL_REPETITIONS, /* of several runs: how these differ; a new run is what it speaks of */
};

const char *interval_basis_text(enum interval_basis basis);

/* A value and the interval that covers the truth in 95 of 100 cases. NAN: not known. */
struct estimate {
    double value, low, high;
    enum interval_basis basis;
};

/* From so many repetitions on they, and not the noise within them, make the interval. */
enum { REPETITIONS_FOR_INTERVAL = 3 };

/* The median of the slopes between points (Theil-Sen): up to a quarter of the points may be
 * anything. All pairs are taken, or, of a long series, as many as GROWTH_PAIRS drawn at random.
 * NAN where there are no two points of different x, or no memory. */
double growth_slope(const struct series *series, uint64_t seed);

enum { GROWTH_PAIRS = 1 << 17 };

/* The slope over all runs of one case: the mean of the runs' slopes, and its interval. */
struct estimate growth_over_runs(const struct series *runs, size_t count, uint64_t seed);

/* The mean of independent values, one a run, and its interval by repetitions (two at least). */
struct estimate growth_mean(const double *values, size_t count, uint64_t seed);

/* The mean of `after` less the mean of `before`. */
struct estimate growth_difference(const double *before, size_t before_count, const double *after,
                                  size_t after_count, uint64_t seed);

/* Marks the values that lie further from the median than 3.5 robust standard deviations (the
 * median absolute deviation, scaled). Returns how many. Marks only: nobody drops them. */
size_t growth_mark_outliers(const double *values, size_t count, bool *outlier);
