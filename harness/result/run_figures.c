#include "result/run_figures.h"
#include "probe/quantiles.h"
#include <math.h>
#include <unistd.h>

/* --- Times ---------------------------------------------------------------------------------- */

static struct quantile_figures quantile(const double *grid, double all, int q)
{
    struct estimate estimate = quantile_estimate(grid, all, q);
    return (struct quantile_figures){estimate.value, estimate.low, estimate.high};
}

/* In whole nanoseconds. A loop that is closed is never late, and has no responses: its service alone is known. Of a record
 * of before it is what was said then: the response, without an interval. */
static bool take_latencies(struct run_figures *figures, const struct recorded_case *c)
{
    struct {
        struct quantile_figures *p50, *p99;
    } to[LATENCY_PARTS] = {
        [LATENCY_RESPONSE] = {&figures->p50, &figures->p99},
        [LATENCY_LATE] = {&figures->late_p50, &figures->late_p99},
        [LATENCY_SERVICE] = {&figures->service_p50, &figures->service_p99},
    };
    double grid[QUANTILE_PARTS + 1];
    for (enum latency_part part = 0; part < LATENCY_PARTS; part++) {
        if (!recorded_grid(c, part, grid))
            return false;
        if (recorded_apart(c) && part != LATENCY_SERVICE && !settings_are_open_loop(&c->settings))
            for (int i = 0; i <= QUANTILE_PARTS; i++)
                grid[i] = NAN;
        double all = recorded_apart(c) ? recorded_all(c, part) : NAN;
        *to[part].p50 = quantile(grid, all, 500);
        *to[part].p99 = quantile(grid, all, 990);
    }
    return true;
}

/* --- Counts --------------------------------------------------------------------------------- */

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
    for (int kind = 0; kind < LEFT_KINDS; kind++)
        figures->left[kind] =
            known ? grown(left_kind_count(before, kind), left_kind_count(left, kind)) : NAN;
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
    const struct sample *before = recorded_phase_end(c, PHASE_BASELINE),
                        *opened = recorded_phase_end(c, PHASE_LOAD),
                        *after = recorded_phase_end(c, PHASE_DRAIN);
    attribution_between(before, after, &figures->under_load);
    attribution_between(before, recorded_phase_end(c, PHASE_SETTLE), &figures->after_settle);
    figures->rss_before = before ? apart_rss(before) : NAN;
    figures->unreclaimable = before ? unreclaimable(before) : NAN;
    figures->rss_growth = figures->under_load.growth;
    figures->rss_left = figures->after_settle.growth;
    figures->bytes = apart_between(before, opened, after, apart_rss);
    figures->page_tables = apart_between(before, opened, after, apart_page_tables);
}

/* Over the time that requests were sent in. */
static void take_throughput(struct run_figures *figures, const struct recorded_case *c)
{
    const json_t *began = json_object_get(c->end, "phase_began_ns");
    double load = json_number_value(json_object_get(began, phase_text(PHASE_LOAD)));
    double drain = json_number_value(json_object_get(began, phase_text(PHASE_DRAIN)));
    double took = drain - load - json_number_value(json_object_get(c->end, "paused_ns"));
    figures->per_second = took > 0 ? figures->requests / took * 1e9 : NAN;
}

/* Each task has its share of what its requests cost. */
static void take_bytes_per_task(struct run_figures *figures)
{
    double tasks = figures->tasks_left / figures->requests;
    figures->bytes_per_task = tasks > 0 ? figures->bytes.each / tasks : NAN;
    figures->task_within = tasks > 0 ? figures->bytes.within / tasks : NAN;
}

void run_figures_forget_left(struct run_figures *figures)
{
    for (int kind = 0; kind < LEFT_KINDS; kind++)
        figures->left[kind] = NAN;
}

bool run_figures_of(const struct recorded_case *c, struct run_figures *figures)
{
    *figures = (struct run_figures){
        .repetition = c->repetition,
        .requests = (double)recorded_started(c),
        .as_catalogued = c->as_catalogued,
        .noise = c->noise,
        .timers_gone = c->timers_gone < 0 ? NAN : (double)c->timers_gone / 1e9,
    };
    take_counts(figures, c);
    take_memory(figures, c);
    take_throughput(figures, c);
    figures->heap_per_request = heap_per_request(c);
    take_bytes_per_task(figures);
    return take_latencies(figures, c);
}

static struct apart share_out(double growth, double requests)
{
    return apart_of(&(struct standing){.before = 0,
                                       .opened = NAN,
                                       .after = growth,
                                       .requests = requests,
                                       .step = (double)sysconf(_SC_PAGESIZE)});
}

void run_figures_share_out(struct run_figures *figures)
{
    figures->bytes = share_out(figures->rss_growth, figures->requests);
    figures->page_tables = share_out(figures->under_load.page_tables, figures->requests);
    take_bytes_per_task(figures);
}
