#include "page/markdown.h"
#include "page/markdown_bench.h"
#include "page/markdown_detections.h"
#include "page/markdown_generated.h"
#include "page/markdown_pair.h"
#include "page/page_bystander.h"
#include "page/page_confirmed.h"
#include "page/page_series.h"
#include "probe/outcome.h"
#include "result/about.h"
#include "result/forecast_pair.h"
#include "result/left.h"
#include "result/markdown_text.h"
#include "result/phrase.h"
#include "result/stream.h"
#include <stdlib.h>
#include <string.h>

/* --- The table ------------------------------------------------------------------------------ */

static void table_row(FILE *out, const struct measured_pair *pair)
{
    const struct measured *leak = &pair->variants[VARIANT_LEAK];
    const struct measured *fix = &pair->variants[VARIANT_FIX];
    char left[PHRASE_LONG], bytes[PHRASE], interval[PHRASE], grown[PHRASE], kept[PHRASE];
    char time[FORECAST_TEXT], measured[PHRASE_LONG];
    fprintf(out, "| [%s](#%s) | %s | %s | %s | %s | %s | ", pair->id, pair->id,
            left_words(left, pair, VARIANT_LEAK),
            phrase_number(bytes, leak->bytes_per_request.value, &leak->bytes_per_request),
            phrase_interval(interval, &leak->bytes_per_request),
            phrase_bytes(grown, summary_figure(leak, rss_growth, NULL)),
            phrase_bytes(kept, summary_figure(fix, rss_growth, NULL)));
    for (size_t i = 0; i < SERVICES; i++) {
        struct forecast forecast =
            forecast_of(pair, VARIANT_LEAK, services[i].rate, services[i].memory);
        fprintf(out, "%s | ", forecast_brief(time, &forecast));
    }
    fprintf(out, "%s |\n", phrase_measured(measured, pair));
}

static bool has_any(const struct measured_pair *pair)
{
    return summary_has(&pair->variants[VARIANT_LEAK]) || summary_has(&pair->variants[VARIANT_FIX]);
}

static void table_begins(FILE *out)
{
    fputs("| pattern | left per request | bytes per request | range over the runs of one "
          "invocation | the leak's memory "
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
    char measured[PHRASE_LONG], series[SERIES_TEXT];
    fprintf(out, "| %s | ", pair->id);
    bool is_ours =
        strcmp(pair->twin, OUTCOME_RECOVERED) == 0 || strcmp(pair->twin, OUTCOME_HIBERNATED) == 0;
    markdown_text(out, is_ours       ? series_text(series, pair)
                       : *pair->twin ? pair->twin_version
                                     : "C");
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
          "| pattern | in | tasks left per request | bytes per request | range over the runs of "
          "one invocation | bytes per "
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
            table_row(out, &summary->pairs[i]);
    unfinished(out, summary);
}

char *markdown_one(const struct summary *summary, const struct confirmers *others)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out, "%s# %s\n\n", MARKDOWN_GENERATED, summary->name);
    pairs(out, summary);
    twins(out, summary);
    fputs("\n## Machine and command\n\n", out);
    origin(out, summary);
    markdown_confirmation(out, others, summary);
    markdown_detections(out, summary->detections);
    markdown_versus(out, summary->versus, NULL, 0);
    markdown_benchmarks(out, summary->benchmarks, "");
    markdown_bystander(out, summary->benchmarks, "");
    if (summary->pair_count)
        fputs("## The pairs\n\n", out);
    for (size_t i = 0; i < summary->pair_count; i++)
        if (has_any(&summary->pairs[i]))
            markdown_section(out, summary, &summary->pairs[i]);
    return stream_close(out, &held);
}
