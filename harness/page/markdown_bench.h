/* The benchmarks in README.md of the results. */
#pragma once

#include "record/benchmarks.h"
#include <stdio.h>

/* What operations cost, with figures; where: what stands before the figures' paths. Nothing where
 * there are none. */
void markdown_benchmarks(FILE *out, const struct benchmarks *benchmarks, const char *where);

/* Of a campaign: the same table under another heading, without figures. */
void markdown_campaign(FILE *out, const struct benchmarks *benchmarks);

/* The same work in Go, likewise; all: the comparisons of all results, over which the ratio's range is told. */
void markdown_versus(FILE *out, const struct benchmarks *versus,
                     const struct benchmarks *const *all, size_t all_count);
