/* A report of google-benchmark, read back: of any suite of it (`make bench` makes ours), of the
 * comparison with Go (`make bench-go`), whose rounds it holds as repetitions, or of a campaign
 * (record/campaign.h). Nothing of it is trusted. */
#pragma once

#include "record/benchmark.h"
#include <stdbool.h>
#include <stddef.h>

/* Whether what is at this path begins as such a report does. */
bool benchmarks_begin(const char *path);

/* NULL where it is none, or is damaged: *why is one line that names the file. The caller frees it by
 * benchmarks_free(). */
struct benchmarks *benchmarks_read(const char *path, char *why, size_t size);
void benchmarks_free(struct benchmarks *benchmarks);

/* Of a campaign with several sides, the one of this number. NULL: it has no such side, or *why. The caller
 * frees it. */
struct benchmarks *benchmarks_side(const struct benchmarks *of, size_t side, char *why,
                                   size_t size);

/* The name of a side; NULL: there is none of this number, as where there is one side alone. */
const char *benchmarks_side_name(const struct benchmarks *of, size_t side);

/* Whether it is of the comparison with Go. */
bool benchmarks_compare(const struct benchmarks *benchmarks);

const struct benchmark *benchmarks_find(const struct benchmarks *benchmarks, const char *name);

/* What it says of itself under this name beside its time ("p99_ns"): the median of its runs. NAN: nothing.
 * False: no memory. */
bool benchmarks_counter(const struct benchmarks *benchmarks, const struct benchmark *of,
                        const char *name, double *median);

/* The same benchmark in another report: of the same whole name, or else of the same one without how it was
 * run. */
const struct benchmark *benchmarks_same(const struct benchmarks *benchmarks,
                                        const struct benchmark *as);
