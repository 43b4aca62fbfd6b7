#include "record/benchmarks.h"
#include "record/bench_about.h"
#include "record/bench_name.h"
#include "record/file.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_MOST = 16 << 20, ENTRIES_MOST = 20000, NAMES_MOST = 2000, NAME_LONGEST = 200 };
enum { WORDS_LONGEST = 1000 };

static const double most_nanoseconds = 1e18;

/* --- Finding and adding --------------------------------------------------------------------- */

const struct benchmark *benchmarks_find(const struct benchmarks *benchmarks, const char *name)
{
    for (size_t i = 0; i < benchmarks->count; i++)
        if (strcmp(benchmarks->all[i].name, name) == 0)
            return &benchmarks->all[i];
    return NULL;
}

bool benchmarks_compare(const struct benchmarks *benchmarks)
{
    return strncmp(benchmarks->all[0].name, "versus/", 7) == 0;
}

/* Its number, and a new one where there was none; the arrays have room for NAMES_MOST. */
static size_t family_of(struct benchmarks *b, const char *name, size_t length)
{
    for (size_t i = 0; i < b->family_count; i++)
        if (strncmp(b->families[i].name, name, length) == 0 && !b->families[i].name[length])
            return i;
    b->families[b->family_count] = (struct bench_family){.name = strndup(name, length)};
    return b->family_count++;
}

static struct benchmark *benchmark_of(struct benchmarks *b, const char *name, struct taker *taker)
{
    struct benchmark *found = (struct benchmark *)benchmarks_find(b, name);
    if (found)
        return found;
    if (b->count == NAMES_MOST) {
        take_refuse(taker, "more than %d benchmarks", NAMES_MOST);
        return NULL;
    }
    struct benchmark *added = &b->all[b->count++];
    added->name = strdup(name);
    added->family = family_of(b, name, bench_name_split(name, &added->n));
    return added;
}

/* --- Entries -------------------------------------------------------------------------------- */

static double take_unit(struct taker *taker, const json_t *entry, enum unit *unit)
{
    static const struct {
        const char *name;
        double factor;
        enum unit unit;
    } units[] = {{"ns", 1, UNIT_TIME},  {"us", 1e3, UNIT_TIME}, {"ms", 1e6, UNIT_TIME},
                 {"s", 1e9, UNIT_TIME}, {"B", 1, UNIT_BYTES},   {"x", 1, UNIT_TIMES}};
    const char *name = take_text(taker, entry, "time_unit", 8);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(name, units[i].name) == 0) {
            *unit = units[i].unit;
            return units[i].factor;
        }
    take_refuse(taker, "\"time_unit\" is no unit that is known");
    return NAN;
}

/* Not negative; what is missing is refused. */
static double take_figure(struct taker *taker, const json_t *entry, const char *name)
{
    double value = take_number(taker, entry, name);
    if (!(value >= 0 && value <= most_nanoseconds))
        take_refuse(taker, "\"%s\" is no figure", name);
    return value;
}

static void keep(char **text, const char *words)
{
    if (!*text)
        *text = strdup(words);
}

static void read_run(struct benchmark *to, const json_t *entry, bool real, struct taker *taker)
{
    static const char mark[] = "ERROR: ";
    const char *label = take_text(taker, entry, "label", WORDS_LONGEST);
    const char *why = take_text(taker, entry, "error_message", WORDS_LONGEST);
    bool marked = strncmp(label, mark, strlen(mark)) == 0;
    if (marked)
        why = label + strlen(mark);
    if (*label && !marked)
        keep(&to->words, label);
    if (marked || json_is_true(json_object_get(entry, "error_occurred"))) {
        keep(&to->failure, *why ? why : "failed");
        return;
    }
    double factor = take_unit(taker, entry, &to->unit);
    double value = take_figure(taker, entry, real ? "real_time" : "cpu_time");
    double *more = realloc(to->runs, (to->run_count + 1) * sizeof *more);
    if (!more) {
        take_refuse(taker, "no memory for it");
        return;
    }
    to->runs = more;
    more[to->run_count++] = factor * value;
}

static void read_fit(struct bench_family *to, const json_t *entry, bool real, struct taker *taker)
{
    enum unit unit;
    const char *big_o = take_text(taker, entry, "big_o", 16);
    double factor = take_unit(taker, entry, &unit);
    to->coefficient =
        factor * take_number(taker, entry, real ? "real_coefficient" : "cpu_coefficient");
    enum order order = order_called(big_o);
    if (order && to->coefficient > 0)
        to->order = order;
}

/* Of aggregates the fits alone: medians and the like are made of the runs. */
static void read_aggregate(struct benchmarks *b, const json_t *entry, const char *name, bool real,
                           struct taker *taker)
{
    const char *what = take_text(taker, entry, "aggregate_name", 64);
    bool fit = strcmp(what, "BigO") == 0;
    if (!fit && strcmp(what, "RMS") != 0)
        return;
    size_t length = strlen(name);
    for (size_t i = 0; i < b->family_count; i++)
        if (strncmp(b->families[i].name, name, length + 1) == 0) {
            if (fit)
                read_fit(&b->families[i], entry, real, taker);
            else
                b->families[i].rms = take_number(taker, entry, "rms");
        }
}

static void read_entry(struct benchmarks *b, const json_t *entry, struct taker *taker)
{
    char name[NAME_LONGEST + 1];
    snprintf(name, sizeof name, "%s", take_text(taker, entry, "run_name", NAME_LONGEST));
    if (!*name)
        take_refuse(taker, "an entry has no \"run_name\"");
    bool real = bench_name_trim(name);
    if (take_failed(taker))
        return;
    if (strcmp(take_text(taker, entry, "run_type", 32), "aggregate") == 0) {
        read_aggregate(b, entry, name, real, taker);
        return;
    }
    struct benchmark *to = benchmark_of(b, name, taker);
    /* The comparison's figures are in both members. */
    if (to)
        read_run(to, entry, real, taker);
}

/* --- The whole ------------------------------------------------------------------------------ */

static void say_where(struct taker *taker, size_t number)
{
    size_t length = strlen(taker->wrong);
    snprintf(taker->wrong + length, sizeof taker->wrong - length, ", in its benchmark %zu", number);
}

/* All of one kind, or what is told of the one would be told of the other. */
static void check_kind(const struct benchmarks *b, struct taker *taker)
{
    for (size_t i = 0; i < b->count; i++)
        if ((strncmp(b->all[i].name, "versus/", 7) == 0) != benchmarks_compare(b))
            take_refuse(taker, "benchmarks and a comparison in one");
    if (!b->count)
        take_refuse(taker, "no benchmark is in it");
}

static void read_report(struct benchmarks *b, const json_t *report, struct taker *taker)
{
    const json_t *context = take_object(taker, report, "context");
    const json_t *entries = take_array(taker, report, "benchmarks", ENTRIES_MOST);
    b->all = calloc(NAMES_MOST, sizeof *b->all);
    b->families = calloc(NAMES_MOST, sizeof *b->families);
    if (!b->all || !b->families) {
        take_refuse(taker, "no memory for it");
        return;
    }
    for (size_t i = 0; i < json_array_size(entries) && !take_failed(taker); i++) {
        read_entry(b, json_array_get(entries, i), taker);
        if (take_failed(taker))
            say_where(taker, i + 1);
    }
    if (!take_failed(taker))
        check_kind(b, taker);
    b->about = take_failed(taker) ? NULL : bench_about(context, taker);
    b->report = json_incref((json_t *)report);
    /* A result says on which machine it was, never on whose. */
    json_object_del((json_t *)context, "host_name");
    json_object_del((json_t *)context, "executable");
}

struct benchmarks *benchmarks_read(const char *path, char *why, size_t size)
{
    struct taker taker = {{0}};
    json_error_t error;
    size_t length;
    char *text = file_read(path, REPORT_MOST, &length, why, size);
    if (!text)
        return NULL;
    json_t *report = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    struct benchmarks *b = report ? calloc(1, sizeof *b) : NULL;
    if (!report)
        take_refuse(&taker, "no whole report: line %d: %s", error.line, error.text);
    else if (b)
        read_report(b, report, &taker);
    else
        take_refuse(&taker, "no memory for it");
    json_decref(report);
    free(text);
    if (!take_failed(&taker))
        return b;
    snprintf(why, size, "%s: %s", path, taker.wrong);
    benchmarks_free(b);
    return NULL;
}

bool benchmarks_begin(const char *path)
{
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
    for (size_t i = 0; i < b->count; i++) {
        free(b->all[i].name);
        free(b->all[i].words);
        free(b->all[i].failure);
        free(b->all[i].runs);
    }
    for (size_t i = 0; i < b->family_count; i++)
        free(b->families[i].name);
    free(b->all);
    free(b->families);
    json_decref(b->report);
    json_decref(b->about);
    free(b);
}
