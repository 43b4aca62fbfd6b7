#include "result/summary.h"
#include <math.h>
#include <stdio.h>
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
    detections_free(summary->detections);
    confirmation_free(summary->confirmation);
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

const char *summary_sample(char path[SAMPLE_PATH], const struct measured_pair *pair,
                           enum variant variant)
{
    const char *half = variant == VARIANT_LEAK ? "leaks" : "fixes";
    bool is_ours = !*pair->twin || strcmp(pair->twin, OUTCOME_RECOVERED) == 0 ||
                   strcmp(pair->twin, OUTCOME_HIBERNATED) == 0;
    if (!is_ours)
        snprintf(path, SAMPLE_PATH, "bench/%s/%s/%s/%s.%s", pair->twin, half, pair->family,
                 pair->id, pair->twin);
    else
        snprintf(path, SAMPLE_PATH, "%s/%s/%s.c", half, pair->family, pair->id);
    return path;
}

bool summary_same_settings(const struct settings *a, const struct settings *b)
{
    return a->arrivals == b->arrivals && a->rate == b->rate && a->requests == b->requests &&
           a->duration == b->duration && a->warm_up == b->warm_up && a->patience == b->patience &&
           a->settle == b->settle && a->baseline == b->baseline &&
           a->stack_bytes == b->stack_bytes && a->looks_per_second == b->looks_per_second &&
           a->memory_limit == b->memory_limit && a->virtual_clock == b->virtual_clock;
}

const struct measured_pair *summary_pair(const struct summary *summary, const char *id)
{
    for (size_t i = 0; i < summary->pair_count; i++)
        if (strcmp(summary->pairs[i].id, id) == 0)
            return &summary->pairs[i];
    return NULL;
}

const struct measured_pair *summary_series(const struct summary *summary,
                                           const struct measured_pair *pair, const char *series)
{
    for (size_t i = 0; i < summary->twin_count; i++) {
        const struct measured_pair *twin = &summary->twins[i];
        if (strcmp(twin->id, pair->id) == 0 && strcmp(twin->twin, series) == 0 &&
            summary_same_settings(&twin->settings, &pair->settings))
            return twin;
    }
    return NULL;
}

const struct measured_pair *summary_recovered(const struct summary *summary,
                                              const struct measured_pair *pair)
{
    return summary_series(summary, pair, OUTCOME_RECOVERED);
}

/* --- Figures over the runs ------------------------------------------------------------------ */

double summary_at(const struct run_figures *run, size_t figure)
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
        double value = summary_at(&measured->runs[i], figure);
        first = i ? first : value;
        if (same && value != first)
            *same = false;
        sum += value;
    }
    return measured->run_count ? sum / (double)measured->run_count : NAN;
}

/* How many known ones come before this one, where of equals the first comes first. */
static size_t rank(const struct measured *measured, size_t figure, size_t of)
{
    double value = summary_at(&measured->runs[of], figure);
    size_t before = 0;
    for (size_t i = 0; i < measured->run_count; i++) {
        double other = summary_at(&measured->runs[i], figure);
        before += other < value || (other == value && i < of);
    }
    return before;
}

/* Infinity has its place in the order, an average with it has not: of an even count the lower. */
double summary_median(const struct measured *measured, size_t figure)
{
    size_t known = 0;
    for (size_t i = 0; i < measured->run_count; i++)
        known += !isnan(summary_at(&measured->runs[i], figure));
    for (size_t i = 0; i < measured->run_count; i++) {
        double value = summary_at(&measured->runs[i], figure);
        if (!isnan(value) && rank(measured, figure, i) == (known - 1) / 2)
            return value;
    }
    return NAN;
}

bool summary_tells_left(const struct measured_pair *pair)
{
    const struct expectation *expected = &pair->variants[VARIANT_LEAK].expected;
    return !*pair->twin && !expectation_parks(expected) && !expected->timers_held;
}

bool summary_is_plain(const struct measured_pair *pair)
{
    const struct pair *listed = catalog_find(pair->id);
    return expectation_is_plain(&pair->variants[VARIANT_LEAK].expected) ||
           (listed && pair_is_plain(listed));
}

size_t summary_left(int kind)
{
    return offsetof(struct run_figures, left) + (size_t)kind * sizeof(double);
}

static bool knows_left(const struct measured_pair *pair)
{
    for (enum variant v = 0; v < VARIANTS; v++)
        if (!isnan(summary_mean(&pair->variants[v], summary_left(0), NULL)))
            return true;
    return false;
}

enum grows summary_grows(const struct measured_pair *pair)
{
    const struct expectation *expected = &pair->variants[VARIANT_LEAK].expected;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        if (expected->parked[reason])
            return GROWS_TASKS;
    if (expected->timers_held)
        return GROWS_TIMERS;
    if (left_kinds_any(expected))
        return knows_left(pair) ? GROWS_LEFT : GROWS_MEMORY;
    return expected->heap ? GROWS_HEAP : GROWS_MEMORY;
}
