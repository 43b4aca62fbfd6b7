/* Benchmarks of two results, by name: what became cheaper, what dearer, and how sure that is. */
#pragma once

#include "record/benchmarks.h"
#include "result/compare.h"

struct cost_comparison {
    const char *name;
    const struct benchmark *was, *is; /* NULL: not in it */
    enum unit unit;
    double before, after; /* means; NAN: not in it, or failed */
    struct contrast contrast;
    const char *bar; /* why it is not judged: "other machine"; or NULL */
};

/* paired: both are sides of one campaign, measured side by side: then their builds are what is compared. Else what was
 * measured under other conditions (conditions_bar()) is not judged. A row for each that is in either, which may be NULL; *count of them, which the caller frees. NULL
 * where there is no memory. The names live as long as the benchmarks. */
struct cost_comparison *compare_costs(const struct benchmarks *before,
                                      const struct benchmarks *after, bool paired, size_t *count);
