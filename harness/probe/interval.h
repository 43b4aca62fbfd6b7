/* The bootstrap behind growth.h's intervals. Private to growth.c and interval.c. */
#pragma once

#include "probe/growth.h"
#include <gsl/gsl_rng.h>

/* A generator of its own, or NULL where there is no memory for it. */
gsl_rng *interval_random(uint64_t seed);

/* As growth_slope(), over at most `most` pairs; slopes has room for so many. */
double growth_slope_of_pairs(const struct series *series, size_t most, gsl_rng *random,
                             double *slopes);
