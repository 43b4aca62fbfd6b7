/* How fast something grows: robust slopes, and which values are far from the others.
 *
 * Everything here is repeatable: what chance is needed comes from the seed.
 */
#pragma once

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Points of one run, in the order in which they were taken. x need not be evenly spaced. */
struct series {
    size_t length;
    const double *x, *y;
};

/* The median of the slopes between points (Theil-Sen): up to a quarter of the points may be
 * anything. All pairs are taken, or, of a long series, as many as GROWTH_PAIRS drawn at random.
 * NAN where there are no two points of different x, or no memory. */
double growth_slope(const struct series *series, uint64_t seed);

/* The same, which tells the one from the other: false where there is no memory. */
bool growth_slope_found(const struct series *series, uint64_t seed, double *slope);

enum { GROWTH_PAIRS = 1 << 17 };

/* The same over at most `most` pairs, for who takes many slopes; slopes has room for so many. */
double growth_slope_of_pairs(const struct series *series, size_t most, gsl_rng *random,
                             double *slopes);

/* A generator of its own, for the caller to free, or NULL where there is no memory for it. */
gsl_rng *growth_random(uint64_t seed);

/* Marks the values that lie further from the median than 3.5 robust standard deviations (the
 * median absolute deviation, scaled). Returns how many; SIZE_MAX: no memory. Marks only: nobody
 * drops them. */
size_t growth_mark_outliers(const double *values, size_t count, bool *outlier);
