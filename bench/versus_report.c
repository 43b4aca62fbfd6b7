#include "bench/versus_report.h"
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <stdio.h>
#include <string.h>

struct spread {
    double median, least, most;
};

static struct spread spread_of(const double *of, int n)
{
    double sorted[VERSUS_ROUNDS_MOST];
    memcpy(sorted, of, (size_t)n * sizeof *of);
    gsl_sort(sorted, 1, (size_t)n);
    return (struct spread){gsl_stats_median_from_sorted_data(sorted, 1, (size_t)n), sorted[0],
                           sorted[n - 1]};
}

/* Without the noisy rounds, where others are left. */
static struct spread figure_of(const struct versus_measured *m, enum side side, int rounds)
{
    double quiet[VERSUS_ROUNDS_MOST];
    int count = 0;
    for (int i = 0; i < rounds; i++)
        if (!m->noisy[side][i])
            quiet[count++] = m->figures[side][i];
    return count ? spread_of(quiet, count) : spread_of(m->figures[side], rounds);
}

static struct spread ratio_of(const struct versus_measured *m, int rounds)
{
    double quiet[VERSUS_ROUNDS_MOST], all[VERSUS_ROUNDS_MOST];
    int count = 0;
    for (int i = 0; i < rounds; i++) {
        all[i] = m->figures[GO][i] / m->figures[OURS][i];
        if (!m->noisy[GO][i] && !m->noisy[OURS][i])
            quiet[count++] = all[i];
    }
    return count ? spread_of(quiet, count) : spread_of(all, rounds);
}

static bool has_target(const struct versus_workload *w)
{
    return w->least > 0 || w->most > 0;
}

static bool target_holds(const struct versus_measured *m, int rounds)
{
    if (m->workload->least > 0)
        return ratio_of(m, rounds).median >= m->workload->least;
    return figure_of(m, OURS, rounds).median <= m->workload->most;
}

/* What the other sides took; - where they do not do that. */
static void print_more(const struct versus *versus, const struct versus_measured *m)
{
    for (enum side side = GO_NO_GC; side < SIDES; side++)
        if (!versus->runs[side])
            continue;
        else if (versus_has(m->workload, side))
            printf(" %9.4g", figure_of(m, side, versus->rounds).median);
        else
            printf(" %9s", "-");
}

static void print_row(const struct versus *versus, const struct versus_measured *m)
{
    int rounds = versus->rounds;
    const struct versus_workload *w = m->workload;
    struct spread ours = figure_of(m, OURS, rounds);
    struct spread go = figure_of(m, GO, rounds);
    struct spread ratio = ratio_of(m, rounds);
    char spread[64], target[64] = "none";
    snprintf(spread, sizeof spread, "%.2f to %.2f", ratio.least, ratio.most);
    if (w->least > 0)
        snprintf(target, sizeof target, "%g x faster", w->least);
    else if (w->most > 0)
        snprintf(target, sizeof target, "%g %s at most", w->most, w->unit);
    const char *verdict = !has_target(w) ? "" : target_holds(m, rounds) ? "holds" : "FALLS SHORT";
    printf("%-45s %9.4g %-2s %9.4g %-2s", w->text, go.median, w->unit, ours.median, w->unit);
    if (strcmp(w->unit, "B") == 0)
        printf(" %7s %16s  ", "", "");
    else
        printf(" %7.2f %16s  ", ratio.median, spread);
    print_more(versus, m);
    printf("   %-14s %s\n", target, verdict);
}

/* Of how many rounds there are figures of that side. */
static int rounds_of(const struct versus *versus, const struct versus_measured *m, enum side side)
{
    return versus->runs[side] && versus_has(m->workload, side) ? versus->rounds : 0;
}

/* How many figures there are, and *noisy of them. */
static int count_figures(const struct versus *versus, int *noisy)
{
    int all = 0;
    *noisy = 0;
    for (size_t i = 0; i < versus->count; i++)
        for (enum side side = 0; side < SIDES; side++)
            for (int round = 0; round < rounds_of(versus, &versus->all[i], side); round++, all++)
                *noisy += versus->all[i].noisy[side][round];
    return all;
}

void versus_print(const struct versus *versus)
{
    int held = 0, targets = 0, rounds = versus->rounds;
    static const char *const heads[SIDES] = {"", "", "GOGC=off", "two procs", "Fiber"};
    printf("%-45s %12s %12s %7s %16s  ", "workload", "Go", "ours", "Go/ours", "spread");
    for (enum side side = GO_NO_GC; side < SIDES; side++)
        if (versus->runs[side])
            printf(" %9s", heads[side]);
    printf("   %s\n", "target");
    for (size_t i = 0; i < versus->count; i++) {
        const struct versus_measured *m = &versus->all[i];
        print_row(versus, m);
        targets += has_target(m->workload);
        held += has_target(m->workload) && target_holds(m, rounds);
    }
    printf("%d of %d targets hold. Medians of %d rounds, in turn, each figure by a process of its "
           "own on core %d "
           "alone; with GOMAXPROCS=2 on two. Spread is of the ratios, least to most. %s.\n",
           held, targets, rounds, versus->core, versus->go_version);
    int noisy, all = count_figures(versus, &noisy);
    printf("%d of %d figures were measured beside a neighbour on their core, and are left out "
           "where a row has others.\n",
           noisy, all);
}

static json_t *json_of(const struct versus *versus, const struct versus_measured *m, enum side side,
                       int round)
{
    const struct versus_workload *w = m->workload;
    char name[160];
    if (w->as)
        snprintf(name, sizeof name, "versus/%s/%s", versus_side(side), w->as);
    else
        snprintf(name, sizeof name, "versus/%s/%s/%s", versus_side(side),
                 w->name[HERE] + strlen("micro/"), w->field[HERE]);
    json_t *run = json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:f, s:f, s:s}", "name", name,
                            "run_name", name, "run_type", "iteration", "label", w->text,
                            "repetitions", versus->wanted, "repetition_index", round, "invocation",
                            round, "real_time", m->figures[side][round], "cpu_time",
                            m->figures[side][round], "time_unit", w->unit);
    if (m->noisy[side][round])
        json_object_set_new(run, "noisy", json_true());
    return run;
}

bool versus_write(const struct versus *versus, const char *path)
{
    json_t *runs = json_array();
    for (size_t i = 0; i < versus->count; i++)
        for (enum side side = 0; side < SIDES; side++)
            for (int round = 0; round < rounds_of(versus, &versus->all[i], side); round++)
                json_array_append_new(runs, json_of(versus, &versus->all[i], side, round));
    json_t *report = json_pack("{s:O, s:o}", "context", versus->context, "benchmarks", runs);
    json_object_set_new(versus->context, "command", json_string(versus->command));
    if (versus->fiber)
        json_object_set(versus->context, "boost", json_object_get(versus->fiber, "boost"));
    json_object_set_new(versus->context, "go", json_string(versus->go_version));
    json_object_set_new(versus->context, "pinned_to_core", json_integer(versus->core));
    int failed = json_dump_file(report, path, JSON_INDENT(2));
    json_decref(report);
    if (failed)
        fprintf(stderr, "can not write %s\n", path);
    return !failed;
}
