#include "result/run_figures.h"
#include "record/quantiles.h"
#include <math.h>
#include <stdlib.h>

double figure_rss(const struct sample *sample)
{
    return sample->memory.rss < 0 ? NAN : (double)sample->memory.rss;
}

double figure_page_tables(const struct sample *sample)
{
    return sample->memory.page_tables < 0 ? NAN : (double)sample->memory.page_tables;
}

static double position(const struct sample *sample, enum against against)
{
    if (against == AGAINST_TASKS)
        return (double)sample->counts.tasks;
    return sample->sent > sample->refused ? (double)(sample->sent - sample->refused) : 0;
}

struct series run_series(const struct recorded_case *c, enum against against,
                         double (*figure)(const struct sample *sample))
{
    double *x = calloc(c->sample_count + 1, sizeof *x), *y = calloc(c->sample_count + 1, sizeof *y);
    struct series series = {0, x, y};
    for (size_t i = 0; x && y && i < c->sample_count; i++) {
        const struct sample *sample = &c->samples[i];
        double value = figure(sample);
        if (sample->phase != PHASE_LOAD || isnan(value))
            continue;
        x[series.length] = position(sample, against);
        y[series.length++] = value;
    }
    return series;
}

void run_series_free(struct series *series)
{
    free((void *)series->x);
    free((void *)series->y);
    *series = (struct series){0, NULL, NULL};
}

/* *known: cleared where there is no memory. */
static double slope(const struct recorded_case *c, enum against against,
                    double (*figure)(const struct sample *sample), uint64_t seed, bool *known)
{
    struct series series = run_series(c, against, figure);
    double value;
    *known &= series.x && series.y && growth_slope_found(&series, seed, &value);
    run_series_free(&series);
    return *known ? value : NAN;
}

/* In whole nanoseconds. A saved record has the quantiles in place of the latencies. */
static bool take_latencies(struct run_figures *figures, const struct recorded_case *c)
{
    figures->p50 = c->quantiles ? c->quantiles[500] : NAN;
    figures->p99 = c->quantiles ? c->quantiles[990] : NAN;
    if (c->quantiles)
        return true;
    double *sorted = quantile_sort(c->latencies, c->latency_count);
    double all = fmax(figures->requests, (double)c->latency_count);
    if (!sorted)
        return false;
    figures->p50 = round(quantile_of(sorted, c->latency_count, all, 0.50));
    figures->p99 = round(quantile_of(sorted, c->latency_count, all, 0.99));
    free(sorted);
    return true;
}

static double grown(uint64_t before, uint64_t after)
{
    return (double)after - (double)before;
}

static void take_counts(struct run_figures *figures, const struct recorded_case *c)
{
    const struct counts *before = &c->counts[MOMENT_BASELINE], *held = &c->counts[MOMENT_HELD],
                        *left = &c->counts[MOMENT_LEFT];
    bool known = c->counted[MOMENT_BASELINE];
    figures->timers_held =
        known && c->counted[MOMENT_HELD] ? grown(before->timers, held->timers) : NAN;
    known = known && c->counted[MOMENT_LEFT];
    figures->tasks_left = known ? grown(before->tasks, left->tasks) : NAN;
    figures->timers_left = known ? grown(before->timers, left->timers) : NAN;
}

/* Exact, of the two moments that the case stood still at: allocated less freed. */
static double heap_per_request(const struct recorded_case *c)
{
    const struct counts *before = &c->counts[MOMENT_BASELINE], *held = &c->counts[MOMENT_HELD];
    bool known = c->counted[MOMENT_BASELINE] && c->counted[MOMENT_HELD] && before->heap >= 0 &&
                 held->heap >= 0;
    return known ? (double)(held->heap - before->heap) / (double)recorded_started(c) : NAN;
}

/* What a memory limit is held against. Of records of before, what came next to it: pages as they are in files
 * the kernel takes back before it kills. */
static double unreclaimable(const struct sample *sample)
{
    const struct memory *memory = &sample->memory;
    if (sample->limited >= 0)
        return (double)sample->limited;
    if (memory->rss < 0 || memory->file < 0)
        return NAN;
    return (double)(memory->rss - memory->file) +
           (memory->page_tables > 0 ? (double)memory->page_tables : 0);
}

static void take_memory(struct run_figures *figures, const struct recorded_case *c)
{
    const struct sample *before = recorded_phase_end(c, PHASE_BASELINE);
    attribution_between(before, recorded_phase_end(c, PHASE_DRAIN), &figures->under_load);
    attribution_between(before, recorded_phase_end(c, PHASE_SETTLE), &figures->after_settle);
    figures->rss_before = before ? figure_rss(before) : NAN;
    figures->unreclaimable = before ? unreclaimable(before) : NAN;
    figures->rss_growth = figures->under_load.growth;
    figures->rss_left = figures->after_settle.growth;
}

static void take_throughput(struct run_figures *figures, const struct recorded_case *c)
{
    const json_t *began = json_object_get(c->end, "phase_began_ns");
    double load = json_number_value(json_object_get(began, phase_text(PHASE_LOAD)));
    double drain = json_number_value(json_object_get(began, phase_text(PHASE_DRAIN)));
    figures->per_second = drain > load ? figures->requests / (drain - load) * 1e9 : NAN;
}

/* So few points of load make no slope; the exact looks before and after it make a quotient. */
enum { LEAST_POINTS = 8 };

static bool has_few_points(const struct recorded_case *c, bool *known)
{
    struct series points = run_series(c, AGAINST_REQUESTS, figure_rss);
    bool few = points.length < LEAST_POINTS;
    *known &= points.x && points.y;
    run_series_free(&points);
    return few;
}

bool run_figures_of(const struct recorded_case *c, uint64_t seed, struct run_figures *figures)
{
    bool known = true, few = has_few_points(c, &known);
    *figures = (struct run_figures){
        .repetition = c->repetition,
        .requests = (double)recorded_started(c),
        .as_catalogued = c->as_catalogued,
        .noise = c->noise,
        .timers_gone = c->timers_gone < 0 ? NAN : (double)c->timers_gone / 1e9,
    };
    take_counts(figures, c);
    take_memory(figures, c);
    known &= take_latencies(figures, c);
    take_throughput(figures, c);
    figures->bytes_per_request = few ? figures->rss_growth / figures->requests
                                     : slope(c, AGAINST_REQUESTS, figure_rss, seed, &known);
    bool leaves_tasks = figures->tasks_left > 0;
    figures->bytes_per_task = !leaves_tasks ? NAN
                              : few         ? figures->rss_growth / figures->tasks_left
                                            : slope(c, AGAINST_TASKS, figure_rss, seed, &known);
    figures->heap_per_request = heap_per_request(c);
    figures->page_tables_per_request =
        few ? figures->under_load.page_tables / figures->requests
            : slope(c, AGAINST_REQUESTS, figure_page_tables, seed, &known);
    return known;
}
