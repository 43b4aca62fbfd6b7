#include "page/page.h"
#include "page/assets.h"
#include "page/page_bench.h"
#include "page/page_detections.h"
#include "page/page_pair.h"
#include "probe/figures.h"
#include "result/about.h"
#include "result/forecast_pair.h"
#include "result/html.h"
#include "result/phrase.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- The overview --------------------------------------------------------------------------- */

static double growth(const struct measured *measured)
{
    double value = summary_figure(measured, rss_growth, NULL);
    return isnan(value) ? 0 : value;
}

static double largest_growth(const struct edition *edition)
{
    double most = 1 << 20; /* what is less is hardly a bar */
    for (size_t i = 0; i < edition->pair_count; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            most = fmax(most, growth(&edition->pairs[i].pair->variants[v]));
    return most;
}

static void bars(FILE *out, const struct measured_pair *pair, double most)
{
    fputs("<td class=\"bars\" data-label=\"memory grown\">", out);
    for (enum variant v = 0; v < VARIANTS; v++) {
        char bytes[FIGURE];
        double grown = growth(&pair->variants[v]), share = fmax(grown, 0) / most;
        bool known = pair->variants[v].run_count > 0;
        fprintf(
            out,
            "<span class=\"bar-row %s\"><i style=\"--share:%.4f\"></i><span>%s %s</span></span>",
            variant_name(v), share, variant_name(v),
            known                           ? figure_bytes(bytes, grown)
            : pair->variants[v].death_count ? "died at its limit"
                                            : "not measured");
    }
    fputs("</td>", out);
}

static void fates(FILE *out, const struct measured_pair *pair)
{
    char text[FORECAST_TEXT];
    for (size_t i = 0; i < SERVICES; i++) {
        struct forecast forecast =
            forecast_of(pair, VARIANT_LEAK, services[i].rate, services[i].memory);
        fprintf(out, "<td data-label=\"%s last\"><b>%s</b></td>", services[i].name,
                forecast_brief(text, &forecast));
    }
}

static void overview_row(FILE *out, const struct measured_pair *pair, double most)
{
    const struct measured *leak = &pair->variants[VARIANT_LEAK];
    char count[PHRASE], bytes[FIGURE], measured[PHRASE_LONG];
    fprintf(out, "<tr><th scope=\"row\"><a href=\"#%s\">%s</a> ", pair->id, pair->id);
    html_element(out, "small", pair->title);
    putc(' ', out);
    html_element(out, "small", phrase_measured(measured, pair));
    fputs("</th><td data-label=\"left per request\">", out);
    fputs("<span>", out);
    if (*phrase_unit(pair, VARIANT_LEAK))
        fprintf(out, "<b>%s</b> %s%s", phrase_per_request(count, leak, phrase_figure(pair)),
                phrase_unit(pair, VARIANT_LEAK),
                summary_grows(pair) == GROWS_TIMERS ? ", until they fire" : "");
    else
        putc('-', out);
    fprintf(out, "</span></td><td data-label=\"bytes per request\"><b>%s</b></td>",
            isnan(leak->bytes_per_request.value)
                ? "-"
                : figure_count(bytes, llround(leak->bytes_per_request.value)));
    bars(out, pair, most);
    fates(out, pair);
    fputs("</tr>\n", out);
}

static void overview(FILE *out, const struct edition *edition)
{
    double most = largest_growth(edition);
    if (!edition->pair_count)
        return;
    fputs("<section id=\"pairs\" aria-label=\"All pairs\">\n<table class=\"overview\">\n<thead><tr>"
          "<th scope=\"col\">pattern</th><th scope=\"col\">left per request</th>"
          "<th scope=\"col\">bytes per request</th><th scope=\"col\">memory grown</th>",
          out);
    for (size_t i = 0; i < SERVICES; i++)
        fprintf(out, "<th scope=\"col\">%s last</th>", services[i].name);
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < edition->pair_count; i++)
        overview_row(out, edition->pairs[i].pair, most);
    fputs("</tbody></table>\n</section>\n\n", out);
}

/* --- How it came about ---------------------------------------------------------------------- */

static bool is_used(const struct edition *edition, const struct summary *summary)
{
    for (size_t i = 0; i < edition->pair_count; i++)
        if (edition->pairs[i].from == summary)
            return true;
    return edition->benchmarked == summary || edition->compared == summary ||
           edition->detected == summary;
}

static void one_result(FILE *out, const struct summary *summary)
{
    size_t count;
    struct about_row *rows = about_rows(summary->about, &count);
    if (!rows)
        stream_fail(out);
    fprintf(out, "<h3 id=\"%s\">", summary->name);
    html_text(out, *summary->name ? summary->name : "the record");
    fputs("</h3>\n<div class=\"wide\"><table class=\"about\"><tbody>\n", out);
    for (size_t i = 0; rows && i < count; i++) {
        fputs("<tr>", out);
        html_element(out, "th scope=\"row\"", rows[i].name);
        html_element(out, "td", rows[i].value);
        fputs("</tr>\n", out);
    }
    if (*summary->cut) {
        fputs("<tr>", out);
        html_element(out, "th scope=\"row\"", "The record");
        html_element(out, "td", summary->cut);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
    about_free(rows, rows ? count : 0);
}

static void origin(FILE *out, const struct edition *edition)
{
    fputs("<section id=\"machine\">\n<h2>Machine and command</h2>\n", out);
    for (size_t i = 0; i < edition->result_count; i++)
        if (is_used(edition, edition->results[i]))
            one_result(out, edition->results[i]);
    fputs("</section>\n\n", out);
    if (!edition->saved)
        return;
    fputs("<section id=\"results\">\n<h2>All results</h2>\n<ul>\n", out);
    for (size_t i = 0; i < edition->result_count; i++) {
        const struct summary *summary = edition->results[i];
        char *machine = about_machine(summary->about);
        fprintf(out, "<li><a href=\"%s/README.md\">%s</a>: ", summary->name, summary->name);
        html_text(out, stream_piece(out, machine));
        if (summary->pair_count)
            fprintf(out, ", %zu pair%s", summary->pair_count, summary->pair_count == 1 ? "" : "s");
        fputs(summary->benchmarks ? ", benchmarks" : "", out);
        fputs(summary->versus ? ", against Go" : "", out);
        fputs(summary->detections ? ", leak detectors" : "", out);
        fputs("</li>\n", out);
        free(machine);
    }
    fputs("</ul>\n</section>\n\n", out);
}

static const char reading[] =
    "<section id=\"reading\">\n<h2>How to read the numbers</h2>\n"
    "<p><b>Left per request</b> is counted, not estimated: after load every request returns, and "
    "time goes on under a virtual clock until all that can end has ended; what is still there "
    "then, "
    "over the requests sent, is the figure. <b>Bytes per request</b> is the slope of the resident "
    "set over requests while load goes on, by Theil and Sen: the median of the slopes between all "
    "pairs of samples, so that steps and outliers do not bend it. Its <b>interval</b> covers the "
    "truth in 95 of 100 cases; from three repetitions on it is a bootstrap over the repetitions, "
    "each a process of its own and interleaved leak, fix, leak, fix. <b>Outliers</b> are marked "
    "and "
    "kept.</p>\n"
    "<p>The resident set is split by the kernel's own account of each mapping. <b>Task stacks</b> "
    "are the pages that tasks have touched; <b>heap in use</b> is what jemalloc counts as active, "
    "the runtime's tables among it; <b>held back</b> is what is resident in the heap's mappings "
    "besides. <b>Page tables</b> are the kernel's, and not part of the resident set. How long "
    "memory lasts is reckoned from what the kernel can not take back when memory is short: the "
    "resident set without the pages of files, and page tables.</p>\n</section>\n\n";

/* --- The frame ------------------------------------------------------------------------------ */

static void head(FILE *out, const struct edition *edition)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<title>leaklab: task leaks in C, measured</title>\n"
          "<meta name=\"description\" content=\"Every task leak beside its fix, under the same "
          "load, with what each costs.\">\n<link rel=\"icon\" href=\"data:,\">\n<style>\n",
          out);
    fputs(asset_page_style, out);
    fprintf(out, "@media screen and (prefers-color-scheme:dark){%s[fill=\"#fefefe\"]{fill:none}}\n",
            draw_dark);
    fputs("[fill=\"#fefefe\"]{fill:none}\n</style>\n</head>\n<body>\n", out);
    if (edition->pair_count)
        fputs("<a class=\"skip\" href=\"#pairs\">to the pairs</a>\n", out);
}

/* Whether all pairs are of one result: then that is when and where they were measured. */
static const struct summary *only_result(const struct edition *edition)
{
    const struct summary *from = edition->pair_count ? edition->pairs[0].from : NULL;
    for (size_t i = 0; i < edition->pair_count; i++)
        from = edition->pairs[i].from == from ? from : NULL;
    return from;
}

static void when_and_where(FILE *out, const struct edition *edition)
{
    const struct summary *from = only_result(edition);
    char day[11];
    if (!from) {
        fputs("Each pair says how it was measured, and in which result that is kept", out);
        return;
    }
    char *machine = about_machine(from->about);
    fputs("Measured ", out);
    html_text(out, about_day(from->about, day));
    fputs(" on ", out);
    html_text(out, stream_piece(out, machine));
    free(machine);
}

static bool all_whole(const struct edition *edition)
{
    bool all = true;
    for (size_t i = 0; i < edition->pair_count; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            all &= summary_has(&edition->pairs[i].pair->variants[v]);
    return all;
}

static void lead(FILE *out, const struct edition *edition)
{
    fputs("<header>\n<p class=\"brand\">leaklab</p>\n<h1>Task leaks in C, measured</h1>\n"
          "<p class=\"lead\">A task that waits for what never comes is never freed, and neither is "
          "what it holds. ",
          out);
    if (edition->pair_count)
        fprintf(out, "Here are <b>%zu ways to leak one</b>, %s.", edition->pair_count,
                all_whole(edition) ? "each beside <b>its fix</b>, both run under the same load and "
                                     "counted"
                                   : "as far as they were measured");
    fputs("</p>\n", out);
    if (edition->pair_count) {
        fputs("<p class=\"when\">", out);
        when_and_where(out, edition);
        fputs(". <a href=\"#machine\">Machine and command</a>, "
              "<a href=\"#reading\">how to read the numbers</a>",
              out);
        fputs(edition->detected ? ", <a href=\"#detectors\">what leak detectors find</a>" : "",
              out);
        fputs(edition->compared ? ", <a href=\"#versus\">against Go</a>" : "", out);
        fputs(edition->benchmarked ? ", <a href=\"#costs\">what operations cost</a>" : "", out);
        fputs(".</p>\n", out);
    }
    fputs("</header>\n<main>\n", out);
}

char *page(const struct edition *edition)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    head(out, edition);
    lead(out, edition);
    overview(out, edition);
    for (size_t i = 0; i < edition->pair_count; i++)
        if (!page_pair(out, edition, &edition->pairs[i]))
            stream_fail(out);
    if (edition->detected)
        page_detections(out, edition->detected->detections);
    page_benchmarks(out, edition);
    fputs(reading, out);
    origin(out, edition);
    fputs("</main>\n<footer><p>Made by leaklab from its saved results; "
          "<code>leaklab verify</code> proves it.</p></footer>\n</body>\n</html>\n",
          out);
    return stream_close(out, &held);
}
