#include "result/compare_costs.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of aggregates alone: Welch's interval, by both means and deviations. */
static struct estimate by_aggregates(const struct bench_cost *was, const struct bench_cost *is)
{
    struct estimate estimate = {is->mean - was->mean, NAN, NAN, INTERVAL_NONE};
    if (was->runs < 2 || is->runs < 2 || isnan(was->deviation) || isnan(is->deviation))
        return estimate;
    double a = was->deviation * was->deviation / (double)was->runs;
    double b = is->deviation * is->deviation / (double)is->runs;
    double freedom =
        a + b > 0
            ? (a + b) * (a + b) / (a * a / (double)(was->runs - 1) + b * b / (double)(is->runs - 1))
            : 1;
    double half = gsl_cdf_tdist_Pinv(0.975, freedom) * sqrt(a + b);
    estimate.low = estimate.value - half;
    estimate.high = estimate.value + half;
    estimate.basis = INTERVAL_REPETITIONS;
    return estimate;
}

static struct estimate difference(const struct benchmark *was, const struct benchmark *is)
{
    enum { SEED = 1 };
    if (!was || !is || was->unit != is->unit || isnan(was->cost.mean) || isnan(is->cost.mean))
        return (struct estimate){NAN, NAN, NAN, INTERVAL_NONE};
    if (was->run_count && is->run_count)
        return interval_of_difference(was->runs, was->run_count, is->runs, is->run_count, SEED);
    return by_aggregates(&was->cost, &is->cost);
}

/* One of them may be NULL: it is not there. */
static struct cost_comparison row_of(const struct benchmark *was, const struct benchmark *is)
{
    struct cost_comparison row = {
        .name = was  ? was->name
                : is ? is->name
                     : NULL,
        .was = was,
        .is = is,
        .unit = was && !isnan(was->cost.mean) ? was->unit
                : is                          ? is->unit
                                              : UNIT_TIME,
        .before = was ? was->cost.mean : NAN,
        .after = is ? is->cost.mean : NAN,
        .difference = difference(was, is),
    };
    row.change = compare_judge(&row.difference);
    return row;
}

/* Whether one of before has a row with it. */
static bool is_paired(const struct benchmarks *before, const struct benchmarks *after,
                      const struct benchmark *one)
{
    const struct benchmark *other = before ? benchmarks_same(before, one) : NULL;
    return other && benchmarks_same(after, other) == one;
}

/* Takes them. */
static struct cost_comparison *all_known(struct cost_comparison *rows, size_t *count)
{
    bool known = rows;
    for (size_t i = 0; i < *count; i++)
        known &= rows[i].difference.basis != INTERVAL_NO_MEMORY;
    if (known)
        return rows;
    free(rows);
    *count = 0;
    return NULL;
}

struct cost_comparison *compare_costs(const struct benchmarks *before,
                                      const struct benchmarks *after, size_t *count)
{
    size_t was = before ? before->count : 0, is = after ? after->count : 0;
    struct cost_comparison *rows = calloc(was + is + 1, sizeof *rows);
    *count = 0;
    for (size_t i = 0; rows && i < was; i++) {
        const struct benchmark *one = &before->all[i];
        rows[(*count)++] = row_of(one, after ? benchmarks_same(after, one) : NULL);
    }
    for (size_t i = 0; rows && i < is; i++)
        if (!is_paired(before, after, &after->all[i]))
            rows[(*count)++] = row_of(NULL, &after->all[i]);
    return all_known(rows, count);
}
