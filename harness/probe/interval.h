/* How fast something grows, with an interval that says how far to trust it.
 *
 * Everything here is repeatable: what chance is needed comes from the seed.
 */
#pragma once

#include "probe/growth.h"

enum interval_basis {
    INTERVAL_NONE,   /* too little to say anything: low and high are NAN */
    INTERVAL_BLOCKS, /* of one run or two: the noise within them, resampled in blocks */
    INTERVAL_REPETITIONS, /* of several runs of one invocation: how these differ; another of it is what it speaks of */
    INTERVAL_NO_MEMORY,  /* nothing is known for want of memory */
    INTERVAL_RESOLUTION, /* of one run: how far its looks resolve it */
    INTERVAL_RANGE, /* of several runs: the least and the most of them, each as far as it resolves it */
    INTERVAL_REQUESTS, /* of one run: the ranks of its requests, as if these were independent */
    INTERVAL_BASES
};

/* As files have it: "repetitions". */
const char *interval_basis_text(enum interval_basis basis);

/* What it covers, as it stands beside each: "95 % interval over the repetitions of one invocation". "" where there is
 * none. */
const char *interval_covers(enum interval_basis basis);

/* A value and the interval that covers the truth in 95 of 100 cases. NAN: not known. */
struct estimate {
    double value, low, high;
    enum interval_basis basis;
};

/* From so many repetitions on they, and not the noise within them, make the interval. */
enum { REPETITIONS_FOR_INTERVAL = 3 };

/* The slope over all runs of one case: the mean of the runs' slopes, and its interval. */
struct estimate interval_of_slope(const struct series *runs, size_t count, uint64_t seed);

/* The mean of independent values, one a run, and its interval by repetitions (two at least): Student's. */
struct estimate interval_of_mean(const double *values, size_t count);

/* The same of rates and times, all above 0: of their logarithms, so that what doubles weighs as much as what halves, and
 * no end is below 0. The value is the geometric mean. NAN where one is not above 0. */
struct estimate interval_of_ratio_mean(const double *values, size_t count);
