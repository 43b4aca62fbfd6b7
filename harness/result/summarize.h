/* From a record to its summary: cases are grouped by pair, settings and variant, and what is said of
 * each group is estimated over its runs. */
#pragma once

#include "result/summary.h"

/* Bootstraps draw by the record's seed. NULL where there is no memory. */
struct summary *summary_of(const struct recorded *recorded);
/* Of benchmarks or detectors alone: there are no pairs, and it is about what they are about. */
struct summary *summary_of_about(json_t *about);
