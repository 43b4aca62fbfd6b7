#include "result/estimates.h"
#include "probe/growth.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct estimate unknown = {NAN, NAN, NAN, INTERVAL_NONE};

/* --- Figures that each run resolves ---------------------------------------------------------- */

/* From the least that a run may have to the most: each is known to `within` it. */
static struct estimate range(const struct measured *measured, size_t figure, size_t within)
{
    struct estimate estimate = unknown;
    double sum = 0;
    for (size_t i = 0; i < measured->run_count; i++) {
        double value = summary_at(&measured->runs[i], figure);
        double off = summary_at(&measured->runs[i], within);
        if (isnan(value))
            return unknown;
        off = isnan(off) ? 0 : off;
        sum += value;
        estimate.low = fmin(estimate.low, value - off);
        estimate.high = fmax(estimate.high, value + off);
    }
    if (!measured->run_count)
        return unknown;
    estimate.value = sum / (double)measured->run_count;
    estimate.basis = measured->run_count > 1 ? INTERVAL_RANGE : INTERVAL_RESOLUTION;
    return estimate;
}

/* --- Times ----------------------------------------------------------------------------------- */

/* Of one run by its requests; of several the median, from the least to the most: requests of one run are more alike than
 * those of two. */
static struct estimate of_quantile(const struct measured *measured, size_t figure)
{
    struct estimate estimate = unknown;
    struct quantile_figures one;
    if (measured->run_count == 1) {
        memcpy(&one, (const char *)&measured->runs[0] + figure, sizeof one);
        estimate = (struct estimate){one.value, one.low, one.high, INTERVAL_REQUESTS};
        if (isnan(one.low) || isnan(one.high))
            estimate.basis = INTERVAL_NONE;
        return estimate;
    }
    for (size_t i = 0; i < measured->run_count; i++) {
        double value = summary_at(&measured->runs[i], figure);
        if (isnan(value))
            return unknown;
        estimate.low = fmin(estimate.low, value);
        estimate.high = fmax(estimate.high, value);
    }
    if (measured->run_count) {
        estimate.value = summary_median(measured, figure);
        estimate.basis = INTERVAL_RANGE;
    }
    return estimate;
}

static bool of_rate(struct measured *measured, size_t figure, struct estimate *to)
{
    double *values = calloc(measured->run_count + 1, sizeof *values);
    bool known = values != NULL;
    for (size_t i = 0; known && i < measured->run_count; i++) {
        values[i] = summary_at(&measured->runs[i], figure);
        known = !isnan(values[i]);
    }
    *to = known ? interval_of_ratio_mean(values, measured->run_count) : unknown;
    bool done = values && to->basis != INTERVAL_NO_MEMORY;
    free(values);
    return done;
}

/* --- Over all runs --------------------------------------------------------------------------- */

static bool mark_outliers(struct measured *measured)
{
    size_t count = measured->run_count;
    double *values = calloc(count + 1, sizeof *values);
    bool *marks = calloc(count + 1, sizeof *marks), done = values && marks;
    for (size_t i = 0; done && i < count; i++)
        values[i] = measured->runs[i].bytes.each;
    done = done && growth_mark_outliers(values, count, marks) != SIZE_MAX;
    for (size_t i = 0; done && i < count; i++)
        measured->runs[i].outlier = marks[i];
    free(values);
    free(marks);
    return done;
}

static bool share_out(struct measured *measured)
{
    size_t count = measured->run_count;
    struct attribution *parts = calloc(count + 1, sizeof *parts);
    if (!parts)
        return false;
    for (size_t i = 0; i < count; i++)
        parts[i] = measured->runs[i].under_load;
    measured->under_load = attribution_mean(parts, count);
    for (size_t i = 0; i < count; i++)
        parts[i] = measured->runs[i].after_settle;
    measured->after_settle = attribution_mean(parts, count);
    free(parts);
    return true;
}

/* --- The whole ------------------------------------------------------------------------------- */

#define FIGURE_OF(name) offsetof(struct run_figures, name)

static void estimate_times(struct measured *m)
{
    const struct {
        struct estimate *to;
        size_t figure;
    } all[] = {
        {&m->late_p50, FIGURE_OF(late_p50)},
        {&m->late_p99, FIGURE_OF(late_p99)},
        {&m->service_p50, FIGURE_OF(service_p50)},
        {&m->service_p99, FIGURE_OF(service_p99)},
        {&m->p50, FIGURE_OF(p50)},
        {&m->p99, FIGURE_OF(p99)},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i].to = of_quantile(m, all[i].figure);
}

static bool estimate_all(struct measured *m)
{
    static const size_t exact = FIGURE_OF(exactly);
    m->bytes_per_request = range(m, FIGURE_OF(bytes.each), FIGURE_OF(bytes.within));
    m->bytes_once = range(m, FIGURE_OF(bytes.once), exact);
    m->bytes_per_task = range(m, FIGURE_OF(bytes_per_task), FIGURE_OF(task_within));
    m->heap_per_request = range(m, FIGURE_OF(heap_per_request), exact);
    m->page_tables_per_request =
        range(m, FIGURE_OF(page_tables.each), FIGURE_OF(page_tables.within));
    estimate_times(m);
    return of_rate(m, FIGURE_OF(per_second), &m->per_second) && share_out(m) && mark_outliers(m);
}

bool estimates_make(struct measured_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            if (!estimate_all(&pairs[i].variants[v]))
                return false;
    return true;
}
