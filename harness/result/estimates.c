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
    struct estimate estimate = {NAN, NAN, NAN, INTERVAL_NO_MEMORY};
    size_t count = 0;
    bool whole = true;
    for (size_t i = 0; i < origin->recorded->case_count; i++)
        if (is_run_of(origin, &origin->recorded->cases[i]) && count < REPETITIONS_FOR_INTERVAL) {
            series[count] = run_series(&origin->recorded->cases[i], against, figure);
            whole &= series[count].x && series[count].y;
            count++;
        }
    if (whole)
        estimate = interval_of_slope(series, count, origin->seed);
    for (size_t i = 0; i < count; i++)
        run_series_free(&series[i]);
    return estimate;
}

/* Where a figure is to go, and of what it is; of_sample: NULL where it is counted and not a slope. */
struct wanted {
    struct estimate *to;
    size_t figure; /* in struct run_figures */
    enum against against;
    double (*of_sample)(const struct sample *sample);
};

static bool estimate(const struct origin *origin, const struct wanted *wanted)
{
    const struct measured *measured = &origin->pair->variants[origin->variant];
    size_t count = measured->run_count;
    double *values = calloc(count + 1, sizeof *values);
    bool known = true;
    *wanted->to = (struct estimate){NAN, NAN, NAN, INTERVAL_NONE};
    if (!values)
        return false;
    for (size_t i = 0; i < count; i++) {
        values[i] = summary_at(&measured->runs[i], wanted->figure);
        known &= !isnan(values[i]);
    }
    if (known)
        *wanted->to = interval_of_mean(values, count, origin->seed);
    double value = wanted->to->value;
    bool done = wanted->to->basis != INTERVAL_NO_MEMORY;
    if (done && known && count < REPETITIONS_FOR_INTERVAL && wanted->of_sample) {
        *wanted->to = by_noise(origin, wanted->against, wanted->of_sample);
        wanted->to->value = value;
        done = wanted->to->basis != INTERVAL_NO_MEMORY;
    }
    free(values);
    return done;
}

static bool mark_outliers(struct measured *measured)
{
    size_t count = measured->run_count;
    double *values = calloc(count + 1, sizeof *values);
    bool *marks = calloc(count + 1, sizeof *marks), done = values && marks;
    for (size_t i = 0; done && i < count; i++)
        values[i] = measured->runs[i].bytes_per_request;
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

#define FIGURE_OF(name) offsetof(struct run_figures, name)

static bool estimate_all(struct measured *m, const struct origin *origin)
{
    const struct wanted all[] = {
        {&m->bytes_per_request, FIGURE_OF(bytes_per_request), AGAINST_REQUESTS, figure_rss},
        {&m->bytes_per_task, FIGURE_OF(bytes_per_task), AGAINST_TASKS, figure_rss},
        {&m->heap_per_request, FIGURE_OF(heap_per_request), AGAINST_REQUESTS, NULL},
        {&m->page_tables_per_request, FIGURE_OF(page_tables_per_request), AGAINST_REQUESTS,
         figure_page_tables},
        {&m->per_second, FIGURE_OF(per_second), AGAINST_REQUESTS, NULL},
    };
    bool done = true;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        done &= estimate(origin, &all[i]);
    return done && share_out(m) && mark_outliers(m);
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
