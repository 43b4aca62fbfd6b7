/* What is said of a pair's variants over all of their runs: means with intervals, shares, outliers. */
#pragma once

#include "result/summary.h"

/* Fills in the estimates of pairs that have all of their runs, which came from this record. False:
 * no memory. */
bool estimates_make(struct measured_pair *pairs, size_t count, const struct recorded *recorded,
                    uint64_t seed);
