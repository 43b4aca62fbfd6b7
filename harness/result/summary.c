#include "result/summary.h"
#include "result/death.h"
#include "result/run_figures.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void measured_free(struct measured *measured)
{
    free(measured->runs);
    free(measured->deaths);
    free(measured->verdict);
    free(measured->path);
    free(measured->source);
}

static void pairs_free(struct measured_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(pairs[i].id);
        free(pairs[i].family);
        free(pairs[i].title);
        free(pairs[i].twin);
        free(pairs[i].twin_version);
        for (enum variant v = 0; v < VARIANTS; v++)
            measured_free(&pairs[i].variants[v]);
    }
    free(pairs);
}

void summary_free(struct summary *summary)
{
    if (!summary)
        return;
    pairs_free(summary->pairs, summary->pair_count);
    pairs_free(summary->twins, summary->twin_count);
    free(summary->name);
    free(summary->cut);
    json_decref(summary->about);
    benchmarks_free(summary->benchmarks);
    benchmarks_free(summary->versus);
    free(summary);
}

bool summary_has(const struct measured *measured)
{
    return measured->run_count || measured->death_count;
}

bool summary_is_of(const struct measured_pair *pair, const struct recorded_case *c)
{
    return strcmp(pair->id, c->id) == 0 && strcmp(pair->twin, c->twin) == 0;
}

const struct measured_pair *summary_pair(const struct summary *summary, const char *id)
{
    for (size_t i = 0; i < summary->pair_count; i++)
        if (strcmp(summary->pairs[i].id, id) == 0)
            return &summary->pairs[i];
    return NULL;
}

/* --- Figures over the runs ------------------------------------------------------------------ */

static double figure_at(const struct run_figures *run, size_t figure)
{
    double value;
    memcpy(&value, (const char *)run + figure, sizeof value);
    return value;
}

double summary_mean(const struct measured *measured, size_t figure, bool *same)
{
    double sum = 0, first = NAN;
    if (same)
        *same = true;
    for (size_t i = 0; i < measured->run_count; i++) {
        double value = figure_at(&measured->runs[i], figure);
        first = i ? first : value;
        if (same && value != first)
            *same = false;
        sum += value;
    }
    return measured->run_count ? sum / (double)measured->run_count : NAN;
}

/* Infinity has its place in the order, an average with it has not: of an even count the lower. */
double summary_median(const struct measured *measured, size_t figure)
{
    size_t count = measured->run_count;
    double *values = count ? malloc(count * sizeof *values) : NULL;
    if (!values)
        return NAN;
    for (size_t i = 0; i < count; i++) {
        double value = figure_at(&measured->runs[i], figure);
        size_t place = i;
        for (; place > 0 && values[place - 1] > value; place--)
            values[place] = values[place - 1];
        values[place] = value;
    }
    double median = values[(count - 1) / 2];
    free(values);
    return median;
}

enum grows summary_grows(const struct measured_pair *pair)
{
    const struct expectation *expected = &pair->variants[VARIANT_LEAK].expected;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        if (expected->parked[reason])
            return GROWS_TASKS;
    return expected->timers_held ? GROWS_TIMERS : GROWS_MEMORY;
}

/* --- Grouping ------------------------------------------------------------------------------- */

static bool same_settings(const struct settings *a, const struct settings *b)
{
    return a->arrivals == b->arrivals && a->rate == b->rate && a->requests == b->requests &&
           a->duration == b->duration && a->warm_up == b->warm_up && a->patience == b->patience &&
           a->settle == b->settle && a->baseline == b->baseline &&
           a->stack_bytes == b->stack_bytes && a->looks_per_second == b->looks_per_second &&
           a->memory_limit == b->memory_limit && a->virtual_clock == b->virtual_clock;
}

static struct measured_pair *pair_of(struct summary *summary, const struct recorded_case *c)
{
    struct measured_pair **pairs = *c->twin ? &summary->twins : &summary->pairs;
    size_t *count = *c->twin ? &summary->twin_count : &summary->pair_count;
    for (size_t i = 0; i < *count; i++)
        if (summary_is_of(&(*pairs)[i], c) && same_settings(&(*pairs)[i].settings, &c->settings))
            return &(*pairs)[i];
    struct measured_pair *more = realloc(*pairs, (*count + 1) * sizeof *more);
    if (!more)
        return NULL;
    *pairs = more;
    struct measured_pair *pair = &more[(*count)++];
    *pair = (struct measured_pair){
        .id = strdup(c->id),
        .family = strdup(c->family),
        .title = strdup(c->title),
        .twin = strdup(c->twin),
        .twin_version = strdup(c->twin_version),
        .settings = c->settings,
    };
    bool whole = pair->id && pair->family && pair->title && pair->twin && pair->twin_version;
    return whole ? pair : NULL;
}

static void take_places(struct measured *measured, const json_t *end)
{
    const json_t *groups = json_object_get(end, "parked");
    for (size_t i = 0; i < json_array_size(groups) && i < PARKED_SHOWN; i++) {
        const json_t *group = json_array_get(groups, i);
        const char *reason = json_string_value(json_object_get(group, "reason"));
        const char *file = json_string_value(json_object_get(group, "file"));
        struct parked_place *place = &measured->places[measured->place_count++];
        *place = (struct parked_place){
            .count = (uint64_t)json_integer_value(json_object_get(group, "count")),
            .line = (uint64_t)json_integer_value(json_object_get(group, "line")),
            .kept_awake = json_is_true(json_object_get(group, "kept_awake")),
        };
        snprintf(place->reason, sizeof place->reason, "%s", reason ? reason : "");
        snprintf(place->file, sizeof place->file, "%s", file ? file : "");
    }
}

static bool describe(struct measured *measured, const struct recorded_case *c,
                     const struct recorded *recorded)
{
    char path[300];
    const char *half = c->variant == VARIANT_LEAK ? "leaks" : "fixes";
    if (*c->twin)
        snprintf(path, sizeof path, "bench/%s/%s/%s/%s.%s", c->twin, half, c->family, c->id,
                 c->twin);
    else
        snprintf(path, sizeof path, "%s/%s/%s.c", half, c->family, c->id);
    const char *source = recorded_source(recorded, path);
    measured->expected = c->expected;
    measured->verdict = strdup(c->verdict);
    measured->path = strdup(path);
    measured->source = strdup(source ? source : "");
    take_places(measured, c->end);
    return measured->verdict && measured->path && measured->source;
}

static bool add_death(struct measured *measured, const struct recorded_case *c, uint64_t seed)
{
    struct life life = death_life_of_recorded(c);
    struct death death = death_of(&life, seed);
    if (!death.limited)
        return true;
    struct death_figures *more =
        realloc(measured->deaths, (measured->death_count + 1) * sizeof *more);
    if (!more)
        return false;
    measured->deaths = more;
    bool known = death.forecast.fate != FATE_UNKNOWN;
    more[measured->death_count++] = (struct death_figures){
        .repetition = c->repetition,
        .killed = death.killed,
        .limit = (double)c->settings.memory_limit,
        .seconds = death.seconds,
        .foretold = !known                                  ? NAN
                    : death.forecast.fate == FATE_NO_GROWTH ? INFINITY
                                                            : death.forecast.seconds,
        .soonest = known ? death.forecast.soonest : NAN,
        .latest = known ? death.forecast.latest : NAN,
    };
    return true;
}

static bool add_run(struct measured *measured, const struct recorded_case *c, uint64_t seed)
{
    struct run_figures *more = realloc(measured->runs, (measured->run_count + 1) * sizeof *more);
    if (!more)
        return false;
    measured->runs = more;
    more[measured->run_count++] = run_figures_of(c, seed);
    return true;
}

static bool add_case(struct summary *summary, const struct recorded *recorded,
                     const struct recorded_case *c, uint64_t seed)
{
    struct measured_pair *pair = pair_of(summary, c);
    if (!pair)
        return false;
    struct measured *measured = &pair->variants[c->variant];
    bool whole = c->ended && strcmp(c->ending, "well") == 0;
    measured->unfinished += !whole;
    if (!whole && !c->killed_by_limit)
        return true;
    if (!measured->path && !describe(measured, c, recorded))
        return false;
    return add_death(measured, c, seed) && (!whole || add_run(measured, c, seed));
}

/* --- Estimates ------------------------------------------------------------------------------ */

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
           same_settings(&c->settings, &origin->pair->settings) && c->ended &&
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
    struct estimate estimate = growth_over_runs(series, count, origin->seed);
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
        values[i] = figure_at(&measured->runs[i], figure);
        known &= !isnan(values[i]);
    }
    struct estimate estimate = {NAN, NAN, NAN, INTERVAL_NONE};
    if (known)
        estimate = growth_mean(values, count, origin->seed);
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

/* --- The whole ------------------------------------------------------------------------------ */

static bool estimate_pairs(struct measured_pair *pairs, size_t count,
                           const struct recorded *recorded, uint64_t seed)
{
    for (size_t i = 0; i < count; i++)
        for (enum variant v = 0; v < VARIANTS; v++) {
            struct origin origin = {recorded, &pairs[i], v, seed};
            if (!estimate_all(&pairs[i].variants[v], &origin))
                return false;
        }
    return true;
}

static bool fill(struct summary *summary, const struct recorded *recorded, uint64_t seed)
{
    summary->name = strdup("");
    summary->cut = strdup(recorded->cut);
    summary->about = json_incref(recorded->header);
    if (!summary->name || !summary->cut)
        return false;
    for (size_t i = 0; i < recorded->case_count; i++)
        if (!add_case(summary, recorded, &recorded->cases[i], seed))
            return false;
    return estimate_pairs(summary->pairs, summary->pair_count, recorded, seed) &&
           estimate_pairs(summary->twins, summary->twin_count, recorded, seed);
}

struct summary *summary_of(const struct recorded *recorded)
{
    struct summary *summary = calloc(1, sizeof *summary);
    const json_t *seed = json_object_get(recorded->header, "seed");
    if (summary && !fill(summary, recorded, (uint64_t)json_integer_value(seed))) {
        summary_free(summary);
        return NULL;
    }
    return summary;
}

struct summary *summary_of_benchmarks(const struct benchmarks *benchmarks)
{
    struct summary *summary = calloc(1, sizeof *summary);
    if (!summary)
        return NULL;
    summary->name = strdup("");
    summary->cut = strdup("");
    summary->about = json_incref(benchmarks->about);
    if (summary->name && summary->cut)
        return summary;
    summary_free(summary);
    return NULL;
}
