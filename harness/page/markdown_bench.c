#include "page/markdown_bench.h"
#include "page/edition.h"
#include "page/plot_costs.h"
#include "result/about.h"
#include "result/costs.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "result/stream.h"
#include "result/versus.h"
#include <stdlib.h>

/* When, of what, and by which command: a result may hold a record of another hour. */
static void conditions(FILE *out, const struct benchmarks *benchmarks)
{
    char day[11], commit[32], basis[PHRASE];
    char *command = about_command(benchmarks->about);
    fprintf(out, "%s, commit ", about_day(benchmarks->about, day));
    markdown_text(out, about_commit(benchmarks->about, commit));
    if (*stream_piece(out, command)) {
        fputs(", ", out);
        markdown_code(out, command);
    }
    fprintf(out, "; %s.", cost_basis(basis, benchmarks));
    free(command);
}

static void figures(FILE *out, const struct benchmarks *benchmarks, const char *where)
{
    size_t count;
    struct figure *planned = plot_costs_planned(benchmarks, &count);
    if (!planned)
        stream_fail(out);
    if (count)
        fputs("\nCost over N, both axes logarithmic; marks are measured, lines are fitted, and "
              "strokes through a mark span the runs.\n\n",
              out);
    for (size_t i = 0; planned && i < count; i++) {
        char path[EDITION_FIGURE];
        fprintf(out, "<img src=\"%s%s\" width=\"49%%\" alt=\"", where,
                edition_figure(path, planned[i].id, planned[i].plot));
        html_text(out, planned[i].words);
        fputs("\">\n", out);
    }
    draw_free(planned, planned ? count : 0);
}

static void cost_row(FILE *out, const struct cost_row *row)
{
    fputs("| ", out);
    markdown_text(out, row->name);
    fprintf(out, " | %s | %s", row->n, row->cost);
    if (row->failure) {
        fputs(row->skipped ? ", skipped: " : ", failed: ", out);
        markdown_text(out, row->failure);
    }
    fprintf(out, " | %s | %s |\n", row->spread, row->fit);
}

/* False: there is no row. */
static bool cost_table(FILE *out, const struct benchmarks *benchmarks, const char *heading)
{
    size_t count;
    char check[COST_CHECK];
    struct cost_row *rows = benchmarks ? cost_rows(benchmarks, &count) : NULL;
    if (benchmarks && !rows)
        stream_fail(out);
    bool any = rows && count;
    if (any) {
        fprintf(out, "## %s\n\n", heading);
        conditions(out, benchmarks);
        if (*cost_check(check, benchmarks))
            fprintf(out, " %s", check);
        fprintf(out,
                " %s\n\n| benchmark | N | one operation | %s | fitted |\n|---|--:|--:|--:|---|\n",
                cost_fit_explained(), cost_spread_head(benchmarks));
    }
    for (size_t i = 0; any && i < count; i++)
        cost_row(out, &rows[i]);
    free(rows);
    return any;
}

void markdown_campaign(FILE *out, const struct benchmarks *benchmarks)
{
    if (cost_table(out, benchmarks, "What operations cost, over builds and processes"))
        putc('\n', out);
}

void markdown_benchmarks(FILE *out, const struct benchmarks *benchmarks, const char *where)
{
    if (!cost_table(out, benchmarks, "What operations cost"))
        return;
    figures(out, benchmarks, where);
    putc('\n', out);
}

static void versus_heads(FILE *out, const bool *has, bool range)
{
    fputs("| work | Go | here | Go/here | spread |", out);
    for (enum versus_more more = 0; more < VERSUS_MORE; more++)
        if (has[more])
            fprintf(out, " %s |", versus_head(more));
    fputs(range ? " Go/here in all results |\n|---|--:|--:|--:|---|" : "\n|---|--:|--:|--:|---|",
          out);
    for (enum versus_more more = 0; more < VERSUS_MORE; more++)
        fputs(has[more] ? "--:|" : "", out);
    fputs(range ? "---|\n" : "\n", out);
}

static void versus_table(FILE *out, const struct versus_row *rows, size_t count, bool range)
{
    bool has[VERSUS_MORE];
    for (enum versus_more more = 0; more < VERSUS_MORE; more++)
        has[more] = versus_has(rows, count, more);
    versus_heads(out, has, range);
    for (size_t i = 0; i < count; i++) {
        fputs("| ", out);
        markdown_text(out, rows[i].words);
        fprintf(out, " | %s | %s | %s | %s |", rows[i].go, rows[i].ours, rows[i].ratio,
                rows[i].spread);
        for (enum versus_more more = 0; more < VERSUS_MORE; more++)
            if (has[more])
                fprintf(out, " %s |", rows[i].more[more]);
        if (range)
            fprintf(out, " %s |", rows[i].range);
        putc('\n', out);
    }
}

void markdown_versus(FILE *out, const struct benchmarks *versus,
                     const struct benchmarks *const *all, size_t all_count)
{
    size_t count;
    if (!versus)
        return;
    struct versus_row *rows = versus_rows(versus, all, all_count, &count);
    if (!rows)
        stream_fail(out);
    fputs("## Against Go\n\n", out);
    conditions(out, versus);
    fputs(" The same work in ", out);
    markdown_text(out, versus_go(versus));
    fprintf(out, " and here. %s\n\n", versus_explained());
    if (rows)
        versus_table(out, rows, count, all_count > 1);
    putc('\n', out);
    free(rows);
}
