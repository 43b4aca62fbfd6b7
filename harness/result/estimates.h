/* What is said of a pair's variants over all of their runs: means with intervals, shares, outliers. Of the runs alone, so
 * that a saved result and its record say the same. */
#pragma once

#include "result/summary.h"

/* Fills in the estimates of pairs that have all of their runs. False: no memory. */
bool estimates_make(struct measured_pair *pairs, size_t count);
