#include "page/markdown.h"
#include "page/markdown_bench.h"
#include "page/markdown_detections.h"
#include "page/plot.h"
#include "probe/figures.h"
#include "result/about.h"
#include "result/cite.h"
#include "result/death.h"
#include "result/forecast_pair.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "result/phrase.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- The table ------------------------------------------------------------------------------ */

/* from: the result that it is of, where there may be several; or NULL. */
static void table_row(FILE *out, const struct measured_pair *pair, const char *from)
{
    const struct measured *leak = &pair->variants[VARIANT_LEAK];
    const struct measured *fix = &pair->variants[VARIANT_FIX];
    char count[PHRASE], bytes[PHRASE], interval[PHRASE], grown[PHRASE], kept[PHRASE];
    char time[FORECAST_TEXT], measured[PHRASE_LONG];
    fprintf(out, "| [%s](#%s) | %s %s | %s | %s | %s | %s | ", pair->id, pair->id,
            phrase_per_request(count, leak, phrase_figure(pair)), phrase_unit(pair, VARIANT_LEAK),
            phrase_number(bytes, leak->bytes_per_request.value, &leak->bytes_per_request),
            phrase_interval(interval, &leak->bytes_per_request),
            phrase_bytes(grown, summary_figure(leak, rss_growth, NULL)),
            phrase_bytes(kept, summary_figure(fix, rss_growth, NULL)));
    for (size_t i = 0; i < SERVICES; i++) {
        struct forecast forecast =
            forecast_of(pair, VARIANT_LEAK, services[i].rate, services[i].memory);
        fprintf(out, "%s | ", forecast_brief(time, &forecast));
    }
    fputs(phrase_measured(measured, pair), out);
    if (from && *from)
        fprintf(out, ", [%s](%s/README.md)", from, from);
    fputs(" |\n", out);
}

static bool has_any(const struct measured_pair *pair)
{
    return summary_has(&pair->variants[VARIANT_LEAK]) || summary_has(&pair->variants[VARIANT_FIX]);
}

static void table_begins(FILE *out)
{
    fputs("| pattern | left per request | bytes per request | 95 % interval | the leak's memory "
          "grows by | the fix's | ",
          out);
    for (size_t i = 0; i < SERVICES; i++)
        fprintf(out, "%s last | ", services[i].name);
    fputs("measured by |\n|---|---|--:|---|--:|--:|--:|--:|---|\n", out);
}

static void twin_row(FILE *out, const struct measured_pair *pair)
{
    const struct measured *leak = &pair->variants[VARIANT_LEAK];
    char count[PHRASE], bytes[PHRASE], interval[PHRASE], task[PHRASE], kept[PHRASE];
    char measured[PHRASE_LONG];
    fprintf(out, "| %s | ", pair->id);
    markdown_text(out, *pair->twin ? pair->twin_version : "C");
    fprintf(out, " | %s | %s | %s | %s | %s | %s |\n",
            phrase_per_request(count, leak, offsetof(struct run_figures, tasks_left)),
            phrase_number(bytes, leak->bytes_per_request.value, &leak->bytes_per_request),
            phrase_interval(interval, &leak->bytes_per_request),
            phrase_number(task, leak->bytes_per_task.value, &leak->bytes_per_task),
            phrase_bytes(kept, summary_figure(&pair->variants[VARIANT_FIX], rss_growth, NULL)),
            phrase_measured(measured, pair));
}

/* Those of another language, each under ours. */
static void twins(FILE *out, const struct summary *summary)
{
    if (!summary->twin_count)
        return;
    fputs("\n## Beside their twins\n\n"
          "The same load, meter and machine, in turn. A twin's timers are not counted.\n\n"
          "| pattern | in | tasks left per request | bytes per request | 95 % interval | bytes per "
          "task | the fix's memory grows by | measured by |\n"
          "|---|---|--:|--:|---|--:|--:|---|\n",
          out);
    for (size_t i = 0; i < summary->twin_count; i++) {
        const struct measured_pair *ours = summary_pair(summary, summary->twins[i].id);
        if (ours)
            twin_row(out, ours);
        twin_row(out, &summary->twins[i]);
    }
}

/* --- A pair --------------------------------------------------------------------------------- */

/* where: what stands before the paths of the result's own files. */
static void figures(FILE *out, const struct summary *summary, const struct measured_pair *pair,
                    const char *where)
{
    for (enum plot plot = 0; plot < PLOTS; plot++) {
        char path[EDITION_FIGURE];
        char *words = plot_words(pair, summary_recovered(summary, pair), plot);
        fprintf(out, "<img src=\"%s%s\" width=\"49%%\" alt=\"", where,
                edition_figure(path, pair->id, plot));
        html_text(out, stream_piece(out, words));
        fputs("\">\n", out);
        free(words);
    }
    putc('\n', out);
}

static void attribution(FILE *out, const struct measured_pair *pair)
{
    const struct attribution *a = &pair->variants[VARIANT_LEAK].under_load;
    double explained = attribution_explained(a);
    char bytes[FIGURE];
    const char *separator = "";
    if (isnan(explained) || a->growth < 1 << 20)
        return;
    fprintf(out, "The leak's %s: ", figure_bytes(bytes, a->growth));
    for (enum share share = 0; share < SHARES; share++) {
        if (fabs(a->part[share]) < 0.0005 * a->growth)
            continue;
        fprintf(out, "%s%s %.1f %%", separator, share_text(share),
                100 * a->part[share] / a->growth);
        separator = ", ";
    }
    fprintf(out, "; %.2f %% explained. Page tables besides: %s.\n\n", 100 * explained,
            figure_bytes(bytes, a->page_tables));
}

static void deaths(FILE *out, const struct measured_pair *pair)
{
    for (enum variant v = 0; v < VARIANTS; v++)
        for (size_t i = 0; i < pair->variants[v].death_count; i++) {
            char *words = death_figures_words(&pair->variants[v].deaths[i]);
            fprintf(out, "The %s %s.\n\n", variant_name(v), stream_piece(out, words));
            free(words);
        }
}

/* The half of it that nothing is known of. */
static void half(FILE *out, const struct measured *measured, enum variant variant, const char *root)
{
    fprintf(out, "- **%s**: ", variant_name(variant));
    if (!summary_has(measured)) {
        fputs("not measured\n", out);
        return;
    }
    fprintf(out, "[`%s`](%s%s): ", measured->path, root, measured->path);
    markdown_text(out, measured->verdict);
    putc('\n', out);
}

static void citation(FILE *out, const struct summary *summary, const struct measured_pair *pair)
{
    char *words = cite(summary, pair, CITE_TEXT);
    if (words)
        words[strcspn(words, "\n")] = 0;
    fputs("> ", out);
    markdown_text(out, stream_piece(out, words));
    fputs("\n\n", out);
    free(words);
}

static void section(FILE *out, const struct summary *summary, const struct measured_pair *pair,
                    const char *where)
{
    char measured[PHRASE_LONG], settings[PHRASE_LONG];
    fprintf(out, "### %s\n\n", pair->id);
    markdown_text(out, pair->title);
    fprintf(out, "; %s; %s.\n\n", phrase_measured(measured, pair), phrase_settings(settings, pair));
    for (enum variant v = 0; v < VARIANTS; v++)
        half(out, &pair->variants[v], v, *where ? "../" : "../../");
    const struct measured_pair *recovered = summary_recovered(summary, pair);
    if (recovered) {
        fputs("- **recovered**, the leak with every task made to end that can never wake: ", out);
        markdown_text(out, recovered->variants[VARIANT_LEAK].verdict);
        putc('\n', out);
    }
    const struct measured_pair *hibernated = summary_series(summary, pair, OUTCOME_HIBERNATED);
    if (hibernated) {
        fprintf(out,
                "- **hibernated**, the leak with every task asleep that is parked for %.0f s: ",
                (double)hibernated->settings.hibernate / 1e9);
        markdown_text(out, hibernated->variants[VARIANT_LEAK].verdict);
        putc('\n', out);
    }
    putc('\n', out);
    figures(out, summary, pair, where);
    attribution(out, pair);
    deaths(out, pair);
    citation(out, summary, pair);
}

/* --- Machine and command -------------------------------------------------------------------- */

static void origin(FILE *out, const struct summary *summary)
{
    size_t count;
    struct about_row *rows = about_rows(summary->about, &count);
    if (!rows)
        stream_fail(out);
    fputs("| | |\n|---|---|\n", out);
    for (size_t i = 0; rows && i < count; i++) {
        fprintf(out, "| %s | ", rows[i].name);
        if (i == 0)
            markdown_code_cell(out, rows[i].value);
        else
            markdown_text(out, rows[i].value);
        fputs(" |\n", out);
    }
    if (*summary->cut) {
        fputs("| The record | ", out);
        markdown_text(out, summary->cut);
        fputs(" |\n", out);
    }
    putc('\n', out);
    about_free(rows, rows ? count : 0);
}

static void origin_line(FILE *out, const struct summary *summary)
{
    char *machine = about_machine(summary->about), day[11], commit[32];
    fputs(about_day(summary->about, day), out);
    fputs(", ", out);
    markdown_text(out, stream_piece(out, machine));
    fputs(", commit ", out);
    markdown_text(out, about_commit(summary->about, commit));
    free(machine);
}

static const char generated[] = "<!-- Made by `leaklab report`; `leaklab verify` holds it to the "
                                "results. Do not edit. -->\n\n";

/* --- The files ------------------------------------------------------------------------------ */

/* Pairs of which no run came to its end have no row. */
static void unfinished(FILE *out, const struct summary *summary)
{
    const char *separator = "\nOf these no run came to its end: ";
    for (size_t i = 0; i < summary->pair_count; i++)
        if (!has_any(&summary->pairs[i])) {
            fprintf(out, "%s%s", separator, summary->pairs[i].id);
            separator = ", ";
        }
    if (separator[0] == ',')
        fputs(".\n", out);
}

static void pairs(FILE *out, const struct summary *summary)
{
    bool any = false;
    for (size_t i = 0; i < summary->pair_count; i++)
        any |= has_any(&summary->pairs[i]);
    if (any)
        table_begins(out);
    for (size_t i = 0; i < summary->pair_count; i++)
        if (has_any(&summary->pairs[i]))
            table_row(out, &summary->pairs[i], NULL);
    unfinished(out, summary);
}

char *markdown_one(const struct summary *summary)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out, "%s# %s\n\n", generated, summary->name);
    pairs(out, summary);
    twins(out, summary);
    fputs("\n## Machine and command\n\n", out);
    origin(out, summary);
    markdown_detections(out, summary->detections);
    markdown_versus(out, summary->versus);
    markdown_benchmarks(out, summary->benchmarks, "");
    if (summary->pair_count)
        fputs("## The pairs\n\n", out);
    for (size_t i = 0; i < summary->pair_count; i++)
        if (has_any(&summary->pairs[i]))
            section(out, summary, &summary->pairs[i], "");
    return stream_close(out, &held);
}

static void benchmarks(FILE *out, const struct edition *edition)
{
    char where[160] = "";
    if (edition->detected)
        markdown_detections(out, edition->detected->detections);
    if (edition->compared)
        markdown_versus(out, edition->compared->versus);
    if (!edition->benchmarked)
        return;
    if (edition->saved)
        snprintf(where, sizeof where, "%.96s/", edition->benchmarked->name);
    markdown_benchmarks(out, edition->benchmarked->benchmarks, where);
}

static void results(FILE *out, const struct edition *edition)
{
    fputs("## All results\n\n", out);
    for (size_t i = 0; i < edition->result_count; i++) {
        const struct summary *summary = edition->results[i];
        char *command = about_command(summary->about);
        fprintf(out, "- [%s](%s/README.md): ", summary->name, summary->name);
        origin_line(out, summary);
        fputs(", ", out);
        markdown_code(out, stream_piece(out, command));
        putc('\n', out);
        free(command);
    }
    fputs("\nMachine, settings and every figure stand in each one's own README. To measure anew: "
          "`make run ARGS='--json build/record.ndjson --repeat 5'`, then `leaklab save "
          "build/record.ndjson`.\n\n",
          out);
}

char *markdown_all(const struct edition *edition)
{
    char where[160];
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(
        out,
        "%s# Results\n\n[index.html](index.html) is the page to read: every pair side by side "
        "with its curves, in one file. Below is the fullest measurement of each pair: a newer one "
        "takes its place unless it has fewer requests, runs or halves.\n\n",
        generated);
    if (edition->pair_count)
        table_begins(out);
    for (size_t i = 0; i < edition->pair_count; i++)
        table_row(out, edition->pairs[i].pair, edition->pairs[i].from->name);
    fputs(edition->pair_count ? "\n" : "", out);
    benchmarks(out, edition);
    results(out, edition);
    if (edition->pair_count)
        fputs("## The pairs\n\n", out);
    for (size_t i = 0; i < edition->pair_count; i++) {
        snprintf(where, sizeof where, "%.96s/", edition->pairs[i].from->name);
        section(out, edition->pairs[i].from, edition->pairs[i].pair, where);
    }
    return stream_close(out, &held);
}
