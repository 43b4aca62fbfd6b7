#include "page/page_origin.h"
#include "page/page_confirmed.h"
#include "result/about.h"
#include "result/html.h"
#include "result/stream.h"
#include <stdlib.h>

static bool is_used(const struct edition *edition, const struct summary *summary)
{
    for (size_t i = 0; i < edition->pair_count; i++)
        if (edition->pairs[i].from == summary)
            return true;
    return edition->benchmarked == summary || edition->compared == summary ||
           edition->campaign == summary || edition->detected == summary;
}

void page_origin(FILE *out, const struct summary *summary)
{
    size_t count;
    struct about_row *rows = about_rows(summary->about, &count);
    if (!rows)
        stream_fail(out);
    fputs("<div class=\"wide\"><table class=\"about\"><tbody>\n", out);
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

static void machines(FILE *out, const struct edition *edition)
{
    fputs("<section id=\"machine\">\n<h2>Machine and command</h2>\n", out);
    for (size_t i = 0; i < edition->result_count; i++) {
        const struct summary *summary = edition->results[i];
        if (!is_used(edition, summary))
            continue;
        fprintf(out, "<h3 id=\"%s\">", *summary->name ? summary->name : "the-record");
        html_text(out, *summary->name ? summary->name : "the record");
        fputs("</h3>\n", out);
        page_origin(out, summary);
    }
    fputs("</section>\n\n", out);
}

static void all_results(FILE *out, const struct edition *edition)
{
    struct confirmers others = edition_confirmers(edition);
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
        html_confirms(out, summary, "");
        fputs("; ", out);
        html_confirmed(out, &others, summary->name, NULL, "");
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

void page_origins(FILE *out, const struct edition *edition)
{
    fputs(reading, out);
    machines(out, edition);
    if (edition->saved)
        all_results(out, edition);
}
