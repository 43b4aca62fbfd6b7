#include "result/estimates.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The runs of one variant, where they came from. */
struct origin {
    const struct recorded *recorded;
    const struct measured_pair *pair;
    enum variant variant;
    uint64_t seed;
};

static bool is_run_of(const struct origin *origin, const struct recorded_case *c)
{
    return c->variant == origin->variant && summary_is_of(origin->pair, c) &&
           summary_same_settings(&c->settings, &origin->pair->settings) && c->ended &&
           strcmp(c->ending, "well") == 0;
}

/* Of one or two runs: by the noise within them. */
static struct estimate by_noise(const struct origin *origin, enum against against,
                                double (*figure)(const struct sample *sample))
{
    struct series series[REPETITIONS_FOR_INTERVAL];
    size_t count = 0;
    for (size_t i = 0; i < origin->recorded->case_count; i++)
        if (is_run_of(origin, &origin->recorded->cases[i]) && count < REPETITIONS_FOR_INTERVAL)
            series[count++] = run_series(&origin->recorded->cases[i], against, figure);
    struct estimate estimate = interval_of_slope(series, count, origin->seed);
    for (size_t i = 0; i < count; i++)
        run_series_free(&series[i]);
    return estimate;
}

/* of_sample: NULL where the figure is counted and not a slope. */
static struct estimate estimate_of(const struct origin *origin, size_t figure, enum against against,
                                   double (*of_sample)(const struct sample *sample))
{
    const struct measured *measured = &origin->pair->variants[origin->variant];
    size_t count = measured->run_count;
    double *values = calloc(count + 1, sizeof *values);
    if (!values)
        return (struct estimate){NAN, NAN, NAN, INTERVAL_NONE};
    bool known = true;
    for (size_t i = 0; i < count; i++) {
        values[i] = summary_at(&measured->runs[i], figure);
        known &= !isnan(values[i]);
    }
    struct estimate estimate = {NAN, NAN, NAN, INTERVAL_NONE};
    if (known)
        estimate = interval_of_mean(values, count, origin->seed);
    if (known && count < REPETITIONS_FOR_INTERVAL && of_sample) {
        struct estimate noise = by_noise(origin, against, of_sample);
        noise.value = estimate.value;
        estimate = noise;
    }
    free(values);
    return estimate;
}

static void mark_outliers(struct measured *measured)
{
    size_t count = measured->run_count;
    double *values = calloc(count + 1, sizeof *values);
    bool *marks = calloc(count + 1, sizeof *marks);
    for (size_t i = 0; values && marks && i < count; i++)
        values[i] = measured->runs[i].bytes_per_request;
    if (values && marks)
        growth_mark_outliers(values, count, marks);
    for (size_t i = 0; values && marks && i < count; i++)
        measured->runs[i].outlier = marks[i];
    free(values);
    free(marks);
}

#define ESTIMATE(origin, figure, against, of_sample)                                               \
    estimate_of(origin, offsetof(struct run_figures, figure), against, of_sample)

static bool estimate_all(struct measured *measured, const struct origin *origin)
{
    size_t count = measured->run_count;
    struct attribution *parts = calloc(count + 1, sizeof *parts);
    if (!parts)
        return false;
    measured->bytes_per_request = ESTIMATE(origin, bytes_per_request, AGAINST_REQUESTS, figure_rss);
    measured->bytes_per_task = ESTIMATE(origin, bytes_per_task, AGAINST_TASKS, figure_rss);
    measured->heap_per_request = ESTIMATE(origin, heap_per_request, AGAINST_REQUESTS, NULL);
    measured->page_tables_per_request =
        ESTIMATE(origin, page_tables_per_request, AGAINST_REQUESTS, figure_page_tables);
    measured->per_second = ESTIMATE(origin, per_second, AGAINST_REQUESTS, NULL);
    for (size_t i = 0; i < count; i++)
        parts[i] = measured->runs[i].under_load;
    measured->under_load = attribution_mean(parts, count);
    for (size_t i = 0; i < count; i++)
        parts[i] = measured->runs[i].after_settle;
    measured->after_settle = attribution_mean(parts, count);
    free(parts);
    mark_outliers(measured);
    return true;
}

bool estimates_make(struct measured_pair *pairs, size_t count, const struct recorded *recorded,
                    uint64_t seed)
{
    for (size_t i = 0; i < count; i++)
        for (enum variant v = 0; v < VARIANTS; v++) {
            struct origin origin = {recorded, &pairs[i], v, seed};
            if (!estimate_all(&pairs[i].variants[v], &origin))
                return false;
        }
    return true;
}
