#include "page/page_bench.h"
#include "page/frame.h"
#include "result/about.h"
#include "result/costs.h"
#include "result/html.h"
#include "result/stream.h"
#include "result/versus.h"
#include <stdlib.h>

static void conditions(FILE *out, const struct benchmarks *benchmarks)
{
    char day[11], commit[32], basis[PHRASE];
    char *command = about_command(benchmarks->about);
    fprintf(out, "<p class=\"when\">%s, commit ", about_day(benchmarks->about, day));
    html_text(out, about_commit(benchmarks->about, commit));
    if (*stream_piece(out, command)) {
        fputs(", ", out);
        html_element(out, "code", command);
    }
    fprintf(out, "; %s. ", cost_basis(basis, benchmarks));
    free(command);
}

static void table_begins(FILE *out, const char *const *heads)
{
    fputs("<div class=\"wide\"><table class=\"facts\">\n<thead><tr>", out);
    for (; *heads; heads++)
        html_element(out, "th scope=\"col\"", *heads);
    fputs("</tr></thead>\n<tbody>\n", out);
}

/* --- Against Go ----------------------------------------------------------------------------- */

static void versus_row(FILE *out, const struct versus_row *row, const bool *has, bool range)
{
    fputs("<tr>", out);
    html_element(out, "th scope=\"row\"", row->words);
    fprintf(out, "<td>%s</td><td>%s</td><td><b>%s</b></td><td>%s</td>", row->go, row->ours,
            row->ratio, row->spread);
    for (enum versus_more more = 0; more < VERSUS_MORE; more++)
        if (has[more])
            html_element(out, "td", row->more[more]);
    if (range)
        html_element(out, "td", row->range);
    fputs("</tr>\n", out);
}

static void versus_table(FILE *out, const struct versus_row *rows, size_t count, bool range)
{
    const char *heads[5 + VERSUS_MORE + 2] = {"work", "Go", "here", "Go/here", "spread"};
    size_t columns = 5;
    bool has[VERSUS_MORE];
    for (enum versus_more more = 0; more < VERSUS_MORE; more++)
        if ((has[more] = versus_has(rows, count, more)))
            heads[columns++] = versus_head(more);
    if (range)
        heads[columns++] = "Go/here in all results";
    table_begins(out, heads);
    for (size_t i = 0; i < count; i++)
        versus_row(out, &rows[i], has, range);
    fputs("</tbody></table></div>\n", out);
}

static void versus(FILE *out, const struct edition *edition)
{
    size_t count = 0, all_count;
    const struct benchmarks *of = edition->compared->versus;
    const struct benchmarks **all = edition_comparisons(edition, &all_count);
    struct versus_row *rows = all ? versus_rows(of, all, all_count, &count) : NULL;
    if (!rows)
        stream_fail(out);
    fputs("<section id=\"versus\">\n<h2>Against Go</h2>\n", out);
    conditions(out, of);
    fputs("The same work in ", out);
    html_text(out, versus_go(of));
    fprintf(out, " and here. %s</p>\n", versus_explained());
    if (rows)
        versus_table(out, rows, count, all_count > 1);
    fputs("</section>\n\n", out);
    free(rows);
    free(all);
}

/* --- What operations cost ------------------------------------------------------------------- */

static void cost_row(FILE *out, const struct cost_row *row)
{
    fputs("<tr>", out);
    html_element(out, "th scope=\"row\"", row->name);
    fprintf(out, "<td>%s</td><td><b>%s</b>", row->n, row->cost);
    if (row->failure) {
        fputs(row->skipped ? " skipped: " : " failed: ", out);
        html_text(out, row->failure);
    }
    fprintf(out, "</td><td>%s</td><td>%s</td></tr>\n", row->spread, row->fit);
}

/* Which lie in the result's folder: there are many, and the page stays small. */
static void figures(FILE *out, const struct edition *edition)
{
    if (!edition->cost_count)
        return;
    fputs("<figure>\n<div class=\"plots\">\n", out);
    for (size_t i = 0; i < edition->cost_count; i++) {
        char path[EDITION_FIGURE];
        const struct figure *figure = &edition->costs[i];
        fprintf(out, "<img loading=\"lazy\" width=\"460\" height=\"290\" src=\"%s%s%s\" alt=\"",
                edition->benchmarked->name, edition->saved ? "/" : "",
                edition_figure(path, figure->id, figure->plot));
        html_text(out, figure->words);
        fputs("\">\n", out);
    }
    fputs("</div>\n<figcaption>The cost of one operation over N, both axes logarithmic; marks are "
          "measured, lines are fitted, and strokes through a mark span the runs.</figcaption>\n"
          "</figure>\n",
          out);
}

static void cost_table(FILE *out, const struct benchmarks *benchmarks)
{
    const char *const heads[] = {"benchmark", "N", "one operation", cost_spread_head(benchmarks),
                                 "fitted",    NULL};
    char check[COST_CHECK];
    size_t count;
    struct cost_row *rows = cost_rows(benchmarks, &count);
    if (!rows)
        stream_fail(out);
    conditions(out, benchmarks);
    html_text(out, cost_check(check, benchmarks));
    fprintf(out, " %s</p>\n", cost_fit_explained());
    table_begins(out, heads);
    for (size_t i = 0; rows && i < count; i++)
        cost_row(out, &rows[i]);
    fputs("</tbody></table></div>\n", out);
    free(rows);
}

static void costs(FILE *out, const struct edition *edition)
{
    if (edition->campaign) {
        fputs(
            "<section id=\"campaign\">\n<h2>What operations cost, over builds and processes</h2>\n",
            out);
        cost_table(out, edition->campaign->benchmarks);
        fputs("</section>\n\n", out);
    }
    if (edition->benchmarked) {
        fputs("<section id=\"costs\">\n<h2>What operations cost</h2>\n", out);
        cost_table(out, edition->benchmarked->benchmarks);
        figures(out, edition);
        fputs("</section>\n\n", out);
    }
}

char *page_benchmarks(const struct edition *edition)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    const struct frame frame = {
        .root = "",
        .title = "leaklab: benchmarks",
        .description = "What an operation of the task runtime costs, and the same work in Go.",
        .style = "",
    };
    if (!out)
        return NULL;
    frame_begin(out, edition, &frame);
    fputs("<header>\n<h1>Benchmarks</h1>\n<p class=\"lead\">What an operation of the task runtime "
          "costs, and the same work in Go.</p>\n</header>\n<main id=\"main\">\n",
          out);
    if (edition->compared)
        versus(out, edition);
    costs(out, edition);
    frame_end(out);
    return stream_close(out, &held);
}
