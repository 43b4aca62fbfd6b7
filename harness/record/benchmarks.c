#include "record/benchmarks.h"
#include "record/bench_about.h"
#include "record/bench_entry.h"
#include "record/bench_families.h"
#include "record/bench_json.h"
#include "record/bench_name.h"
#include "record/campaign.h"
#include "record/file.h"
#include "record/spread.h"
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_MOST = 16 << 20, ENTRIES_MOST = 20000, NAMES_MOST = 2000 };

/* --- Finding -------------------------------------------------------------------------------- */

const struct benchmark *benchmarks_find(const struct benchmarks *benchmarks, const char *name)
{
    for (size_t i = 0; i < benchmarks->count; i++)
        if (strcmp(benchmarks->all[i].name, name) == 0)
            return &benchmarks->all[i];
    return NULL;
}

static struct benchmark *find_run(const struct benchmarks *b, const char *run_name)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->all[i].run_name, run_name) == 0)
            return &b->all[i];
    return NULL;
}

const struct benchmark *benchmarks_same(const struct benchmarks *benchmarks,
                                        const struct benchmark *as)
{
    const struct benchmark *same = find_run(benchmarks, as->run_name);
    return same ? same : benchmarks_find(benchmarks, as->name);
}

static bool is_versus(const struct benchmark *benchmark)
{
    return strncmp(benchmark->run_name, "versus/", 7) == 0;
}

bool benchmarks_compare(const struct benchmarks *benchmarks)
{
    return is_versus(&benchmarks->all[0]);
}

/* --- What it cost --------------------------------------------------------------------------- */

static const struct bench_cost nothing = {0, NAN, NAN, NAN, NAN, NAN};

/* Those that nothing disturbed; all, where that is none. How many they are. */
static size_t quiet_runs(const struct benchmark *benchmark, double *to)
{
    size_t count = 0;
    for (size_t i = 0; i < benchmark->run_count; i++)
        if (!benchmark->draws[i].noisy)
            to[count++] = benchmark->runs[i];
    if (!count)
        memcpy(to, benchmark->runs, benchmark->run_count * sizeof *to);
    return count ? count : benchmark->run_count;
}

static void take_runs(struct benchmark *benchmark, struct taker *taker)
{
    double *sorted = malloc(benchmark->run_count * sizeof *sorted);
    if (!sorted) {
        take_refuse(taker, "no memory for it");
        return;
    }
    size_t count = quiet_runs(benchmark, sorted);
    gsl_sort(sorted, 1, count);
    benchmark->cost = (struct bench_cost){
        .runs = count,
        .mean = gsl_stats_mean(sorted, 1, count),
        .median = gsl_stats_median_from_sorted_data(sorted, 1, count),
        .least = sorted[0],
        .most = sorted[count - 1],
        .deviation = count > 1 ? gsl_stats_sd(sorted, 1, count) : NAN,
    };
    free(sorted);
}

/* Aggregates are kept where there are no runs. */
static void find_costs(struct benchmarks *b, struct taker *taker)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->all[i].failure)
            b->all[i].cost = nothing;
        else if (b->all[i].run_count)
            take_runs(&b->all[i], taker);
}

/* --- Entries -------------------------------------------------------------------------------- */

/* A new one where there was none; the array has room for NAMES_MOST. */
static struct benchmark *benchmark_of(struct benchmarks *b, const char *run_name,
                                      const json_t *entry, struct taker *taker)
{
    struct bench_how how = bench_entry_how(entry);
    struct benchmark *found = find_run(b, run_name);
    if (found)
        return found;
    if (b->count == NAMES_MOST) {
        take_refuse(taker, "more than %d benchmarks", NAMES_MOST);
        return NULL;
    }
    struct benchmark *added = &b->all[b->count++];
    *added = (struct benchmark){
        .run_name = strdup(run_name), .name = bench_name_told(run_name, &how), .cost = nothing};
    if (added->run_name && added->name)
        return added;
    take_refuse(taker, "no memory for it");
    return NULL;
}

/* The fits have to wait until all families are known. */
static void read_entry(struct benchmarks *b, const json_t *entry, struct taker *taker)
{
    const char *run_name = bench_entry_name(entry, taker);
    if (!*run_name)
        take_refuse(taker, "an entry has no \"run_name\"");
    if (take_failed(taker) || (bench_entry_is_aggregate(entry) && bench_entry_is_fit(entry)))
        return;
    struct benchmark *to = benchmark_of(b, run_name, entry, taker);
    if (to && bench_entry_is_aggregate(entry))
        bench_entry_aggregate(to, entry, taker);
    else if (to)
        bench_entry_run(to, entry, taker);
}

static void say_where(struct taker *taker, size_t number)
{
    size_t length = strlen(taker->wrong);
    snprintf(taker->wrong + length, sizeof taker->wrong - length, ", in its benchmark %zu", number);
}

/* --- Names ---------------------------------------------------------------------------------- */

/* Two that differ by how they were run alone are told by their whole names. */
static void tell_apart(struct benchmarks *b, struct taker *taker)
{
    bool *alike = calloc(b->count + 1, sizeof *alike);
    if (!alike)
        take_refuse(taker, "no memory for it");
    for (size_t i = 0; alike && i < b->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(b->all[i].name, b->all[k].name) == 0)
                alike[i] = alike[k] = true;
    for (size_t i = 0; alike && i < b->count; i++)
        if (alike[i] && strcmp(b->all[i].name, b->all[i].run_name) != 0) {
            char *whole = strdup(b->all[i].run_name);
            if (!whole) {
                take_refuse(taker, "no memory for it");
                continue;
            }
            free(b->all[i].name);
            b->all[i].name = whole;
        }
    free(alike);
}

/* --- Counters ------------------------------------------------------------------------------- */

bool benchmarks_counter(const struct benchmarks *b, const struct benchmark *of, const char *name,
                        double *median)
{
    const json_t *entries = json_object_get(b->report, "benchmarks"), *entry;
    double *values = calloc(json_array_size(entries) + 1, sizeof *values);
    struct taker none = {{0}};
    size_t count = 0, i;
    if (!values)
        return false;
    json_array_foreach(entries, i, entry)
    {
        const json_t *value = json_object_get(entry, name);
        bool is_of = !bench_entry_is_aggregate(entry) &&
                     strcmp(bench_entry_name(entry, &none), of->run_name) == 0;
        if (is_of && json_is_number(value))
            values[count++] = json_number_value(value);
    }
    *median = spread_of(values, count).median;
    free(values);
    return true;
}

/* --- The whole ------------------------------------------------------------------------------ */

static void free_one(struct benchmark *benchmark)
{
    free(benchmark->name);
    free(benchmark->run_name);
    free(benchmark->words);
    free(benchmark->failure);
    free(benchmark->runs);
    free(benchmark->draws);
}

/* An aggregate of what nobody knows alone makes no benchmark. */
static void leave_out_empty(struct benchmarks *b)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->count; i++) {
        struct benchmark *one = &b->all[i];
        if (one->failure || one->run_count || !isnan(one->cost.mean) || !isnan(one->cost.median))
            b->all[kept++] = *one;
        else
            free_one(one);
    }
    b->count = kept;
}

/* All of one kind, or what is told of the one would be told of the other. */
static void check_kind(const struct benchmarks *b, struct taker *taker)
{
    for (size_t i = 0; i < b->count; i++)
        if (is_versus(&b->all[i]) != benchmarks_compare(b))
            take_refuse(taker, "benchmarks and a comparison in one");
    if (!b->count)
        take_refuse(taker, "no benchmark is in it");
}

static void read_entries(struct benchmarks *b, const json_t *entries, struct taker *taker)
{
    for (size_t i = 0; i < json_array_size(entries) && !take_failed(taker); i++) {
        read_entry(b, json_array_get(entries, i), taker);
        if (take_failed(taker))
            say_where(taker, i + 1);
    }
    leave_out_empty(b);
    if (!take_failed(taker))
        check_kind(b, taker);
    if (!take_failed(taker))
        tell_apart(b, taker);
    if (!take_failed(taker))
        find_costs(b, taker);
    if (!take_failed(taker))
        bench_families_find(b, taker);
    for (size_t i = 0; i < json_array_size(entries) && !take_failed(taker); i++)
        if (bench_entry_is_aggregate(json_array_get(entries, i)) &&
            bench_entry_is_fit(json_array_get(entries, i)))
            bench_families_claim(b, json_array_get(entries, i), taker);
    if (!take_failed(taker))
        bench_families_fit(b, taker);
}

static void read_report(struct benchmarks *b, json_t *report, struct taker *taker)
{
    const json_t *context = take_object(taker, report, "context");
    const json_t *entries = take_array(taker, report, "benchmarks", ENTRIES_MOST);
    b->all = calloc(NAMES_MOST, sizeof *b->all);
    b->families = calloc(NAMES_MOST, sizeof *b->families);
    if (!b->all || !b->families) {
        take_refuse(taker, "no memory for it");
        return;
    }
    read_entries(b, entries, taker);
    b->about = take_failed(taker) ? NULL : bench_about(context, taker);
    b->report = json_incref(report);
    /* A result says on which machine it was, never on whose. */
    json_object_del((json_t *)context, "host_name");
    json_object_del((json_t *)context, "executable");
}

static json_t *parse(const char *text, size_t length, struct taker *taker)
{
    json_error_t error;
    json_t *report = bench_json(text, length, &error);
    if (!report)
        take_refuse(taker, "no whole report: line %d: %s", error.line,
                    *error.text ? error.text : "no memory for it");
    return report;
}

/* Takes the report. NULL: the taker says why. */
static struct benchmarks *of_report(json_t *report, struct taker *taker)
{
    struct benchmarks *b = report ? calloc(1, sizeof *b) : NULL;
    if (b)
        read_report(b, report, taker);
    else
        take_refuse(taker, "no memory for it");
    json_decref(report);
    if (!take_failed(taker))
        return b;
    benchmarks_free(b);
    return NULL;
}

/* NULL: *why, or the taker says why. */
static json_t *report_at(const char *path, struct taker *taker, char *why, size_t size)
{
    if (campaign_begins(path)) {
        struct campaign campaign;
        if (!campaign_read(&campaign, path, why, size))
            return NULL;
        if (!json_array_size(campaign.contexts))
            take_refuse(taker, "nothing is measured yet");
        json_t *report = take_failed(taker) ? NULL : campaign_report(&campaign);
        campaign_free(&campaign);
        return report;
    }
    size_t length;
    char *text = file_read(path, REPORT_MOST, &length, why, size);
    json_t *report = text ? parse(text, length, taker) : NULL;
    free(text);
    return report;
}

struct benchmarks *benchmarks_read(const char *path, char *why, size_t size)
{
    struct taker taker = {{0}};
    *why = 0;
    json_t *report = report_at(path, &taker, why, size);
    if (!report && *why)
        return NULL;
    struct benchmarks *b = of_report(report, &taker);
    if (!b)
        snprintf(why, size, "%s: %s", path, taker.wrong);
    return b;
}

const char *benchmarks_side_name(const struct benchmarks *of, size_t side)
{
    const json_t *one = json_array_get(campaign_sides(of->report), side);
    return json_string_value(json_object_get(one, "name"));
}

struct benchmarks *benchmarks_side(const struct benchmarks *of, size_t side, char *why, size_t size)
{
    struct taker taker = {{0}};
    const char *name = benchmarks_side_name(of, side);
    if (!name) {
        snprintf(why, size, "it has no such side");
        return NULL;
    }
    struct benchmarks *b = of_report(campaign_of_side(of->report, name), &taker);
    if (!b)
        snprintf(why, size, "side %s: %s", name, taker.wrong);
    return b;
}

bool benchmarks_begin(const char *path)
{
    if (campaign_begins(path))
        return true;
    char start[256] = "";
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    start[fread(start, 1, sizeof start - 1, file)] = 0;
    fclose(file);
    const char *at = start + strspn(start, " \t\r\n");
    if (*at != '{')
        return false;
    at += 1 + strspn(at + 1, " \t\r\n");
    return strncmp(at, "\"context\"", 9) == 0 || strncmp(at, "\"benchmarks\"", 12) == 0;
}

void benchmarks_free(struct benchmarks *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->count; i++)
        free_one(&b->all[i]);
    for (size_t i = 0; i < b->family_count; i++) {
        free(b->families[i].name);
        free(b->families[i].stem);
    }
    free(b->all);
    free(b->families);
    json_decref(b->report);
    json_decref(b->about);
    free(b);
}
