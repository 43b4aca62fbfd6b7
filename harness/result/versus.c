#include "result/versus.h"
#include "record/spread.h"
#include "result/about.h"
#include "result/costs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char our_side[] = "versus/ours/", go_side[] = "versus/go/";

static const struct {
    const char *side, *head;
} others[VERSUS_MORE] = {
    [VERSUS_NO_GC] = {"versus/go-no-gc/", "Go, GOGC=off"},
    [VERSUS_TWO] = {"versus/go-two/", "Go, GOMAXPROCS=2"},
    [VERSUS_FIBER] = {"versus/fiber/", "Boost.Fiber"},
};

const char *versus_head(enum versus_more more)
{
    return others[more].head;
}

/* The same work on another side; NULL where it is not there, or this is no work of ours. */
static const struct benchmark *on_side(const struct benchmarks *all, const struct benchmark *ours,
                                       const char *side)
{
    if (strncmp(ours->name, our_side, strlen(our_side)) != 0)
        return NULL;
    const char *work = ours->name + strlen(our_side);
    for (size_t i = 0; i < all->count; i++)
        if (strncmp(all->all[i].name, side, strlen(side)) == 0 &&
            strcmp(all->all[i].name + strlen(side), work) == 0)
            return &all->all[i];
    return NULL;
}

/* Round by round; what can not be divided is left out. ratios has room for all rounds. */
static struct spread ratio_of(const struct benchmark *go, const struct benchmark *ours,
                              double *ratios)
{
    size_t rounds = go->run_count < ours->run_count ? go->run_count : ours->run_count, count = 0;
    for (size_t i = 0; i < rounds; i++)
        if (ours->runs[i] > 0)
            ratios[count++] = go->runs[i] / ours->runs[i];
    return spread_of(ratios, count);
}

static bool has_ratio(const struct benchmark *go, const struct benchmark *ours)
{
    return go->unit == UNIT_TIME && ours->unit == UNIT_TIME;
}

static void say_ratio(struct versus_row *row, const struct spread *ratio, size_t rounds)
{
    if (isnan(ratio->median)) {
        snprintf(row->ratio, PHRASE, "-");
        return;
    }
    snprintf(row->ratio, PHRASE, "%.2f", fmin(ratio->median, 1e9));
    if (rounds < 2)
        snprintf(row->spread, PHRASE, "one round");
    else
        snprintf(row->spread, PHRASE, "%.2f to %.2f", fmin(ratio->least, 1e9),
                 fmin(ratio->most, 1e9));
}

static struct versus_row row_of(const struct benchmarks *all, const struct benchmark *go,
                                const struct benchmark *ours, double *ratios)
{
    struct versus_row row = {.words = ours->words ? ours->words : ours->name};
    struct spread ratio = ratio_of(go, ours, ratios);
    cost_text(row.go, go->unit, go->cost.median);
    cost_text(row.ours, ours->unit, ours->cost.median);
    if (has_ratio(go, ours))
        say_ratio(&row, &ratio, ours->run_count);
    for (enum versus_more more = 0; more < VERSUS_MORE; more++) {
        const struct benchmark *other = on_side(all, ours, others[more].side);
        if (other)
            cost_text(row.more[more], other->unit, other->cost.median);
    }
    return row;
}

/* A ratio alone is of one day and one machine; which of several to cite is nobody's choice. */
static void say_range(struct versus_row *row, const char *name, const struct benchmarks *const *all,
                      size_t count, double *ratios)
{
    double least = INFINITY, most = 0;
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct benchmark *ours = benchmarks_find(all[i], name);
        const struct benchmark *go = ours ? on_side(all[i], ours, go_side) : NULL;
        if (!go || !has_ratio(go, ours))
            continue;
        double ratio = ratio_of(go, ours, ratios).median;
        if (isnan(ratio))
            continue;
        least = fmin(least, ratio);
        most = fmax(most, ratio);
        found++;
    }
    if (found > 1)
        snprintf(row->range, PHRASE, "%.2f to %.2f, of %zu", fmin(least, 1e9), fmin(most, 1e9),
                 found);
}

const char *versus_go(const struct benchmarks *comparison)
{
    const char *version = about_library(comparison->about, "Go");
    return *version ? version : "Go";
}

const char *versus_explained(void)
{
    return "Each figure is by a process of its own, all sides of a row in turn on one core, and "
           "for GOMAXPROCS=2 on "
           "two; times are by the wall's clock, where CPU is not said. Go/here is of the two of a "
           "round: the median, "
           "and the spread from the least to the most; of bytes no ratio is told. What is Go's "
           "language and its "
           "collector, and what is being safe among threads, this ratio does not tell apart: "
           "runtime and tasks here "
           "are on one thread. Boost.Fiber stands beside them for that: C++, no collector, tasks "
           "on one thread, its "
           "channels and locks safe among threads.";
}

static size_t most_runs(size_t most, const struct benchmarks *benchmarks)
{
    for (size_t i = 0; i < benchmarks->count; i++)
        most = benchmarks->all[i].run_count > most ? benchmarks->all[i].run_count : most;
    return most;
}

struct versus_row *versus_rows(const struct benchmarks *comparison,
                               const struct benchmarks *const *all, size_t all_count, size_t *count)
{
    size_t rounds = most_runs(0, comparison);
    for (size_t i = 0; i < all_count; i++)
        rounds = most_runs(rounds, all[i]);
    double *ratios = calloc(rounds + 1, sizeof *ratios);
    struct versus_row *rows = ratios ? calloc(comparison->count + 1, sizeof *rows) : NULL;
    *count = 0;
    for (size_t i = 0; rows && i < comparison->count; i++) {
        const struct benchmark *ours = &comparison->all[i];
        const struct benchmark *go = on_side(comparison, ours, go_side);
        if (!go)
            continue;
        rows[*count] = row_of(comparison, go, ours, ratios);
        say_range(&rows[(*count)++], ours->name, all, all_count, ratios);
    }
    free(ratios);
    return rows;
}

bool versus_has(const struct versus_row *rows, size_t count, enum versus_more more)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].more[more][0])
            return true;
    return false;
}
