#include "probe/outcome.h"
#include "probe/quantiles.h"
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *limit_by_text(enum limit_by by)
{
    static const char *const texts[] = {
        [LIMIT_NONE] = "nobody",
        [LIMIT_CGROUP_V2] = "a memory cgroup, version 2",
        [LIMIT_CGROUP_V1] = "a memory cgroup, version 1",
        [LIMIT_METER] = "the meter",
    };
    return by <= LIMIT_METER ? texts[by] : "unknown";
}

const char *outcome_why(const char *said)
{
    static const char *const marks[] = {
        "panic: ", "fatal error: ", "ERROR: ", "runtime error: ", "leaklab: "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *mark = strstr(said, marks[i]);
        if (mark)
            return mark;
    }
    return NULL;
}

bool twin_has(const struct twin *twin, const char *id)
{
    size_t length = strlen(id);
    if (!twin->ids)
        return true;
    for (const char *at = twin->ids; *at; at += strcspn(at, "\n"), at += *at == '\n')
        if (strcspn(at, "\n") == length && memcmp(at, id, length) == 0)
            return true;
    return false;
}

struct outcome outcome_of(const struct pair *pair, enum variant variant,
                          const struct settings *settings)
{
    return (struct outcome){.pair = pair,
                            .variant = variant,
                            .settings = *settings,
                            .gauges_fd = -1,
                            .charged_fd = -1,
                            .noise = noise_unknown};
}

int outcome_id_width(const struct outcome *cases, size_t length)
{
    enum { LEAST = 16 };
    size_t widest = LEAST;
    for (size_t i = 0; i < length; i++) {
        size_t width = strlen(cases[i].pair->id);
        widest = width > widest ? width : widest;
    }
    return (int)widest;
}

const char *outcome_series(const struct outcome *outcome)
{
    if (outcome->twin)
        return outcome->twin->language;
    if (outcome->settings.hibernate)
        return OUTCOME_HIBERNATED;
    return outcome->settings.recover ? OUTCOME_RECOVERED : NULL;
}

struct expectation outcome_expected(const struct outcome *outcome)
{
    struct expectation expected = outcome->pair->expected[outcome->variant];
    const struct recovered *recovered =
        outcome->gauges ? &outcome->gauges->progress.recovered : NULL;
    if (recovered && recovered->ended + recovered->spinning == 0)
        return expected; /* of none it was proven */
    if (!outcome->settings.recover || !expectation_parks(&expected))
        return expected;
    memset(expected.parked, 0, sizeof expected.parked);
    expected.timers_held -= expected.timers;
    expected.timers = expected.contexts = expected.channels = expected.heap = 0;
    return expected;
}

const char *outcome_variant(const struct outcome *outcome, char text[OUTCOME_VARIANT])
{
    const char *series = outcome_series(outcome);
    snprintf(text, OUTCOME_VARIANT, "%s%s%s", series ? series : "", series ? " " : "",
             outcome->pair->is_control ? "control" : variant_name(outcome->variant));
    return text;
}

void outcome_free(struct outcome *outcome)
{
    gauges_free(outcome->gauges);
    free(outcome->samples);
    free(outcome->latencies);
    free(outcome->ending.said);
    *outcome = (struct outcome){.gauges_fd = -1, .charged_fd = -1};
}

static int64_t since(int64_t began)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - began;
}

static struct counts counts_now(const struct gauges *g, bool is_plain)
{
    if (is_plain)
        return g->progress.plain;
    const struct task_stats *stats = &g->runtime;
    uint64_t harness = g->progress.harness_tasks;
    struct counts counts = {
        .tasks = stats->live > harness ? stats->live - harness : 0,
        .timers = stats->timers,
        .channels = stats->channels,
        .contexts = stats->contexts,
        .heap = g->progress.heap.allocated,
    };
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        counts.waiting[reason] = stats->waiting[reason];
    return counts;
}

static struct sample *room_for_one(struct outcome *outcome)
{
    if (outcome->sample_count == outcome->sample_capacity) {
        size_t capacity = outcome->sample_capacity ? 2 * outcome->sample_capacity : 64;
        struct sample *more = realloc(outcome->samples, capacity * sizeof *more);
        if (!more)
            return NULL;
        outcome->samples = more;
        outcome->sample_capacity = capacity;
    }
    return &outcome->samples[outcome->sample_count];
}

const struct sample *outcome_look(struct outcome *outcome, const struct memory_watch *watch,
                                  bool phase_ends, bool walks)
{
    struct sample *sample = room_for_one(outcome);
    if (!sample)
        return NULL;
    const struct gauges *g = outcome->gauges;
    struct memory memory;
    if (!memory_look(watch, phase_ends && walks, &memory))
        return NULL;
    memory.charged = outcome->limit_by == LIMIT_NONE ? -1 : memory_number(outcome->charged_fd);
    *sample = (struct sample){
        .time = since(outcome->began),
        .phase = g->progress.phase,
        .phase_ends = phase_ends,
        .sent = g->progress.sent,
        .finished = g->progress.finished,
        .refused = g->progress.refused,
        .counts = counts_now(g, pair_is_plain(outcome->pair)),
        .armed = g->runtime.armed,
        .stacks_used = g->runtime.stacks_used,
        .stacks_reserved = g->runtime.stacks_reserved,
        .heap = g->progress.heap,
        .memory = memory,
        .limited = outcome_limited(&memory),
    };
    outcome->sample_count++;
    return sample;
}

int64_t outcome_limited(const struct memory *memory)
{
    if (memory->rss < 0 || memory->page_tables < 0)
        return -1;
    return memory->rss + memory->page_tables - (int64_t)sizeof(struct gauges);
}

void outcome_take_latencies(struct outcome *outcome)
{
    if (outcome->gauges)
        latencies_take(&outcome->gauges->latencies, &outcome->latencies, &outcome->latency_count);
}

int64_t outcome_tasks_left(const struct outcome *outcome)
{
    const struct gauges *g = outcome->gauges;
    if (!g)
        return 0;
    const struct counts *counts = g->legs[LEG_LOAD].counts;
    uint64_t now =
        g->progress.phase == PHASE_DONE ? counts[MOMENT_LEFT].tasks : counts_now(g, false).tasks;
    return (int64_t)(now - counts[MOMENT_BASELINE].tasks);
}

uint64_t outcome_started(const struct outcome *outcome)
{
    if (!outcome->gauges)
        return 0;
    const struct progress *progress = &outcome->gauges->progress;
    return progress->sent > progress->refused ? progress->sent - progress->refused : 0;
}

bool settings_are_open_loop(const struct settings *settings)
{
    return settings->rate > 0;
}

double outcome_quantile(const struct outcome *outcome, enum latency_part part, double q)
{
    size_t returned = outcome->latency_count;
    double sent = outcome->gauges ? (double)outcome->gauges->progress.sent : 0;
    double all = part == LATENCY_LATE ? (double)returned : fmax(sent, (double)returned);
    double *sorted = quantile_sort(outcome->latencies, returned, part);
    double quantile = sorted ? quantile_of(sorted, returned, all, q) : NAN;
    free(sorted);
    return quantile;
}

const struct sample *outcome_phase_end(const struct outcome *outcome, enum phase phase)
{
    for (size_t i = 0; i < outcome->sample_count; i++)
        if (outcome->samples[i].phase_ends && outcome->samples[i].phase == phase)
            return &outcome->samples[i];
    return NULL;
}

bool outcome_rss_growth(const struct outcome *outcome, int64_t *growth)
{
    const struct sample *before = outcome_phase_end(outcome, PHASE_BASELINE);
    const struct sample *after = outcome_phase_end(outcome, PHASE_DRAIN);
    if (before && !after)
        after = &outcome->samples[outcome->sample_count - 1];
    if (!before || before == after)
        return false;
    *growth = after->memory.rss - before->memory.rss;
    return true;
}
