#include "exchange/runs_sheets.h"
#include "exchange/measured_sheets.h"
#include "result/summary_fields.h"
#include <string.h>

static void numbers(struct sheet_writer *w, const void *of, const struct summary_field *fields,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double value;
        memcpy(&value, (const char *)of + fields[i].offset, sizeof value);
        sheet_number(w, value);
    }
}

static void number_columns(struct sheet_writer *w, const struct summary_field *fields, size_t count,
                           const char *words)
{
    for (size_t i = 0; i < count; i++)
        sheet_column(w, "number", words, "%s", fields[i].name);
}

/* --- Runs ----------------------------------------------------------------------------------- */

static void run_rows(struct sheet_writer *w, const struct measured_pair *pair, enum variant variant)
{
    const struct measured *m = &pair->variants[variant];
    for (size_t i = 0; i < m->run_count; i++) {
        sheet_whose(w, pair, variant);
        sheet_integer(w, m->runs[i].repetition);
        sheet_yes(w, m->runs[i].as_catalogued);
        sheet_yes(w, m->runs[i].outlier);
        numbers(w, &m->runs[i], run_fields, run_field_count);
    }
}

void sheet_runs(const struct summary *summary, struct sheets *sheets)
{
    struct sheet_writer *w = sheet_begin("runs", "The figures of each run");
    sheet_whose_columns(w);
    sheet_column(w, "integer", "Its number", "repetition");
    sheet_column(w, "boolean", "Whether it left what the catalog says", "as_catalogued");
    sheet_column(w, "boolean", "Whether its bytes_per_request is far from the others'", "outlier");
    number_columns(
        w, run_fields, run_field_count,
        "As harness/result/run_figures.h has it: bytes; p50 and p99 in nanoseconds, INF: never");
    sheet_each(summary, w, run_rows);
    sheet_end(w, sheets);
}

/* --- Growth --------------------------------------------------------------------------------- */

static void growth_row(struct sheet_writer *w, const struct attribution *a, const char *when)
{
    sheet_text(w, when);
    sheet_number(w, a->growth);
    for (enum share share = 0; share < SHARES; share++)
        sheet_number(w, a->part[share]);
    sheet_number(w, a->rest);
    sheet_number(w, a->page_tables);
    sheet_yes(w, a->by_mappings);
}

static void growth_rows(struct sheet_writer *w, const struct measured_pair *pair,
                        enum variant variant)
{
    sheet_whose(w, pair, variant);
    growth_row(w, &pair->variants[variant].under_load, "under load");
    sheet_whose(w, pair, variant);
    growth_row(w, &pair->variants[variant].after_settle, "after settle");
}

void sheet_growth(const struct summary *summary, struct sheets *sheets)
{
    struct sheet_writer *w = sheet_begin("growth", "Of what the growth consists, in bytes");
    sheet_whose_columns(w);
    sheet_column(w, "string", "under load or after settle", "when");
    sheet_column(w, "number", "Of the resident set", "growth");
    for (enum share share = 0; share < SHARES; share++)
        sheet_column(w, "number", share_text(share), "%s", share_key(share));
    sheet_column(w, "number", "What none of these explains", "rest");
    sheet_column(w, "number", "The kernel's, beside the resident set", "page_tables");
    sheet_column(w, "boolean", "By the kernel's account of each mapping; else by counters",
                 "by_mappings");
    sheet_each(summary, w, growth_rows);
    sheet_end(w, sheets);
}

/* --- Places --------------------------------------------------------------------------------- */

static void parked_rows(struct sheet_writer *w, const struct measured_pair *pair,
                        enum variant variant)
{
    const struct measured *m = &pair->variants[variant];
    for (size_t i = 0; i < m->place_count; i++) {
        sheet_whose(w, pair, variant);
        sheet_integer(w, (int64_t)m->places[i].count);
        sheet_text(w, m->places[i].reason);
        sheet_text(w, m->places[i].file);
        sheet_integer(w, (int64_t)m->places[i].line);
        sheet_yes(w, m->places[i].kept_awake);
    }
}

void sheet_parked(const struct summary *summary, struct sheets *sheets)
{
    struct sheet_writer *w =
        sheet_begin("parked", "Who is parked where after settle, in the first run");
    sheet_whose_columns(w);
    sheet_column(w, "integer", "Tasks", "tasks");
    sheet_column(w, "string", "What they wait for", "reason");
    sheet_column(w, "string", "The file, from the project's root", "file");
    sheet_column(w, "integer", "The line, in the source that was measured", "line");
    sheet_column(w, "boolean", "Whether time alone wakes them, for ever", "kept_awake");
    sheet_each(summary, w, parked_rows);
    sheet_end(w, sheets);
}

/* --- Deaths --------------------------------------------------------------------------------- */

static void death_rows(struct sheet_writer *w, const struct measured_pair *pair,
                       enum variant variant)
{
    const struct measured *m = &pair->variants[variant];
    for (size_t i = 0; i < m->death_count; i++) {
        sheet_whose(w, pair, variant);
        sheet_integer(w, m->deaths[i].repetition);
        sheet_yes(w, m->deaths[i].killed);
        numbers(w, &m->deaths[i], death_fields, death_field_count);
    }
}

void sheet_deaths(const struct summary *summary, struct sheets *sheets)
{
    struct sheet_writer *w = sheet_begin("deaths", "Runs under a memory limit");
    sheet_whose_columns(w);
    sheet_column(w, "integer", "Its number", "repetition");
    sheet_column(w, "boolean", "By the limit; else it outlived load", "killed");
    number_columns(w, death_fields, death_field_count,
                   "The limit in bytes; seconds since load began: lived, and as the first third "
                   "foretold. INF: never");
    sheet_each(summary, w, death_rows);
    sheet_end(w, sheets);
}
