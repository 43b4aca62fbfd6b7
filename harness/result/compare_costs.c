#include "result/compare_costs.h"
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct benchmark none;

static const struct benchmark *good(const struct benchmark *b)
{
    return b && b->run_count && !b->failure ? b : &none;
}

static double mean(const struct benchmark *b)
{
    return b->run_count ? gsl_stats_mean(b->runs, 1, b->run_count) : NAN;
}

/* Either may be NULL: it is not there. */
static struct cost_comparison row_of(const char *name, const struct benchmark *was,
                                     const struct benchmark *is)
{
    enum { SEED = 1 };
    const struct benchmark *a = good(was), *b = good(is);
    struct cost_comparison row = {
        .name = name,
        .unit = a->run_count ? a->unit : b->unit,
        .before = mean(a),
        .after = mean(b),
        .difference = {NAN, NAN, NAN, INTERVAL_NONE},
    };
    if (a->run_count && b->run_count && a->unit == b->unit)
        row.difference = interval_of_difference(a->runs, a->run_count, b->runs, b->run_count, SEED);
    row.change = compare_judge(&row.difference);
    return row;
}

struct cost_comparison *compare_costs(const struct benchmarks *before,
                                      const struct benchmarks *after, size_t *count)
{
    size_t was = before ? before->count : 0, is = after ? after->count : 0;
    struct cost_comparison *rows = calloc(was + is + 1, sizeof *rows);
    *count = 0;
    for (size_t i = 0; rows && i < was; i++) {
        const char *name = before->all[i].name;
        rows[(*count)++] =
            row_of(name, &before->all[i], after ? benchmarks_find(after, name) : NULL);
    }
    for (size_t i = 0; rows && i < is; i++) {
        const char *name = after->all[i].name;
        if (!before || !benchmarks_find(before, name))
            rows[(*count)++] = row_of(name, NULL, &after->all[i]);
    }
    return rows;
}
