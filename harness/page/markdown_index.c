#include "page/markdown_index.h"
#include "page/frame.h"
#include "page/markdown_bench.h"
#include "page/markdown_generated.h"
#include "page/page_confirmed.h"
#include "probe/expected.h"
#include "result/about.h"
#include "result/left.h"
#include "result/markdown_text.h"
#include "result/phrase.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- The pairs ------------------------------------------------------------------------------ */

static void figures(FILE *out, const struct edition_pair *pair)
{
    const struct measured_pair *measured = pair->pair;
    const struct measured *leak = &measured->variants[VARIANT_LEAK];
    char left[PHRASE_LONG], bytes[PHRASE], interval[PHRASE], words[PHRASE_LONG];
    fprintf(out, "%s | %s%s%s | %s", left_words(left, measured, VARIANT_LEAK),
            phrase_number(bytes, leak->bytes_per_request.value, &leak->bytes_per_request),
            isnan(leak->bytes_per_request.low) ? "" : "; ",
            phrase_interval(interval, &leak->bytes_per_request), phrase_measured(words, measured));
    if (*pair->from->name)
        fprintf(out, ", [%s](%s/README.md)", pair->from->name, pair->from->name);
}

/* The anchor is that under which the pair stood when all were in this file. */
static void row(FILE *out, const struct edition_pair *pair)
{
    char words[256];
    fprintf(out, "| [%s](pairs/%s.md)<a id=\"%s\"></a> | ", pair->pair->id, pair->pair->id,
            pair->pair->id);
    markdown_text(out, pair->pair->title);
    fputs(" | ", out);
    if (pair->from)
        figures(out, pair);
    else {
        expectation_text(&pair->pair->variants[VARIANT_LEAK].expected, words, sizeof words);
        markdown_text(out, words);
        fputs(" | | not measured yet", out);
    }
    fputs(" |\n", out);
}

static bool is_first(const struct edition *edition, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(edition->pairs[k].pair->family, edition->pairs[i].pair->family) == 0)
            return false;
    return true;
}

static void family(FILE *out, const struct edition *edition, const char *name)
{
    fprintf(out,
            "## %s\n\n| pattern | what goes wrong | one leaky request leaves | bytes per request; "
            "range over the runs of one invocation | measured by |\n|---|---|---|---|---|\n",
            name);
    for (size_t i = 0; i < edition->pair_count; i++)
        if (strcmp(edition->pairs[i].pair->family, name) == 0)
            row(out, &edition->pairs[i]);
    putc('\n', out);
}

/* --- All results ---------------------------------------------------------------------------- */

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

static void results(FILE *out, const struct edition *edition)
{
    struct confirmers others = edition_confirmers(edition);
    fputs("## All results\n\n", out);
    for (size_t i = 0; i < edition->result_count; i++) {
        const struct summary *summary = edition->results[i];
        char *command = about_command(summary->about);
        fprintf(out, "- [%s](%s/README.md): ", summary->name, summary->name);
        origin_line(out, summary);
        fputs(", ", out);
        markdown_code(out, stream_piece(out, command));
        markdown_confirms(out, summary, "");
        fputs("; ", out);
        markdown_confirmed(out, &others, summary->name, NULL, "");
        putc('\n', out);
        free(command);
    }
    fputs("\nMachine, settings and every figure stand in each one's own README. To measure anew: "
          "`make run ARGS='--json build/record.ndjson --repeat 5'`, then `leaklab save "
          "build/record.ndjson`.\n\n",
          out);
}

char *markdown_index(const struct edition *edition)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(
        out,
        "%s# Results\n\n[index.html](index.html) is the page to begin with; each pair has one of "
        "its own, and here in Markdown too. [By symptom](symptoms.md): what does a leak look like?",
        MARKDOWN_GENERATED);
    if (edition->saved)
        fputs(" [The article, answered](claims.md), claim by claim.", out);
    if (edition->bystander)
        fputs(" [A request beside leaked tasks](bystander.md).", out);
    if (frame_has_benchmarks(edition))
        fputs(" [Benchmarks](benchmarks.md): what operations cost, and against Go.", out);
    fprintf(
        out,
        "\n\n%zu pairs, %zu of them measured in a saved result: below stands the fullest "
        "measurement "
        "of each. A newer one takes its place unless it has fewer requests, runs or halves, or was "
        "made to confirm another.\n\n",
        edition->pair_count, edition->measured_count);
    for (size_t i = 0; i < edition->pair_count; i++)
        if (is_first(edition, i))
            family(out, edition, edition->pairs[i].pair->family);
    results(out, edition);
    return stream_close(out, &held);
}

static void versus_of_all(FILE *out, const struct edition *edition)
{
    size_t count;
    const struct benchmarks **all = edition_comparisons(edition, &count);
    if (all)
        markdown_versus(out, edition->compared->versus, all, count);
    else
        stream_fail(out);
    free(all);
}

char *markdown_benchmarks_page(const struct edition *edition)
{
    char where[160] = "";
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out, "%s# Benchmarks\n\n[As a page](benchmarks.html). [All pairs](README.md).\n\n",
            MARKDOWN_GENERATED);
    if (edition->compared)
        versus_of_all(out, edition);
    if (edition->campaign)
        markdown_campaign(out, edition->campaign->benchmarks);
    if (edition->benchmarked && edition->saved)
        snprintf(where, sizeof where, "%.96s/", edition->benchmarked->name);
    if (edition->benchmarked)
        markdown_benchmarks(out, edition->benchmarked->benchmarks, where);
    return stream_close(out, &held);
}
