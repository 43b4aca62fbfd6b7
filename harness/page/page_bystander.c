#include "page/page_bystander.h"
#include "page/frame.h"
#include "page/markdown_generated.h"
#include "page/plot_bystander.h"
#include "probe/figures.h"
#include "result/about.h"
#include "result/bystander.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>

static const char lead[] = "A request that has nothing to do with a leak, and how long it takes "
                           "beside leaked tasks of each kind.";

/* What all the figures are, and by what they are judged. */
static const char reading[] =
    "10,000 requests come on schedule, one each tenth of a millisecond, whatever becomes "
    "of them; each has a context with a "
    "deadline, makes a task, and selects that one's answer. Its latency "
    "counts from when it was due. Each figure is "
    "of a process of its own: median, then 99th percentile. Slower is what is, there and beside "
    "all that are more, above twice the worst of "
    "these that was measured beside none: so far the machine alone moves them.";

static const char limits[] = "One thread, one processor, and memory enough: where a request is not "
                             "slower it stays so until memory ends, "
                             "and then everything ends at once. Tasks that wait for I/O take two "
                             "descriptors each, of which a process has not "
                             "without end, so there are fewer of them.";

/* --- One figure ------------------------------------------------------------------------------ */

/* "52.1 us, 110 us"; where some had no answer, at least that. */
static const char *point_text(char text[3 * FIGURE], const struct bystander_point *point)
{
    char median[FIGURE], p99[FIGURE];
    snprintf(text, 3 * FIGURE, "%s%s, %s", point->unanswered > 0 ? "at least " : "",
             figure_time(median, point->median), figure_time(p99, point->p99));
    return text;
}

enum { NUMBERS_MOST = 16 };

/* The n of all rows of this, by size. */
static size_t numbers_of(const struct bystander *bystander, double numbers[NUMBERS_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < bystander->count; i++)
        for (size_t k = 0; k < bystander->rows[i].count; k++) {
            double n = bystander->rows[i].points[k].n;
            size_t at = count, same = 0;
            for (size_t j = 0; j < count; j++)
                same += numbers[j] == n;
            if (same || count == NUMBERS_MOST)
                continue;
            for (; at > 0 && numbers[at - 1] > n; at--)
                numbers[at] = numbers[at - 1];
            numbers[at] = n;
            count++;
        }
    return count;
}

static void conditions(FILE *out, const struct benchmarks *benchmarks,
                       void (*code)(FILE *to, const char *words),
                       void (*words)(FILE *to, const char *text))
{
    char day[11], commit[32];
    char *command = about_command(benchmarks->about), *machine = about_machine(benchmarks->about);
    words(out, about_day(benchmarks->about, day));
    fputs(", ", out);
    words(out, stream_piece(out, machine));
    fputs(", commit ", out);
    words(out, about_commit(benchmarks->about, commit));
    fputs(", by ", out);
    code(out, stream_piece(out, command));
    fputs(". To measure it anew: ", out);
    code(out, "make bench-bystander");
    fputs(", then ", out);
    code(out, "leaklab save build/gcc/bystander.json");
    fputs(". ", out);
    free(command);
    free(machine);
}

/* --- HTML ------------------------------------------------------------------------------------ */

static void html_code(FILE *out, const char *words)
{
    html_element(out, "code", words);
}

static void html_rows(FILE *out, const struct bystander *bystander, enum beside beside,
                      const double *numbers, size_t count)
{
    char text[3 * FIGURE];
    fputs("<div class=\"wide\"><table class=\"runs words\">\n<thead><tr><th scope=\"col\">leaked "
          "tasks "
          "that ",
          out);
    fprintf(out, "%s</th>", beside_text(beside));
    for (size_t k = 0; k < count; k++)
        fprintf(out, "<th scope=\"col\">%s</th>", figure_count(text, llround(numbers[k])));
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < bystander->count; i++) {
        const struct bystander_row *row = &bystander->rows[i];
        if (row->beside != beside)
            continue;
        fputs("<tr>", out);
        html_element(out, "th scope=\"row\"", row->kind);
        for (size_t k = 0; k < count; k++) {
            const struct bystander_point *at = bystander_at(row, numbers[k]);
            bool slower = at && bystander_slower(bystander, row, at);
            fprintf(out, "<td>%s%s%s</td>", slower ? "<b>" : "", at ? point_text(text, at) : "-",
                    slower ? "</b>" : "");
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void figure_of(FILE *out, const char *where, const struct figure *figure, const char *size)
{
    char path[EDITION_FIGURE];
    fprintf(out, "<img %s src=\"%s%s\" alt=\"", size, where,
            edition_figure(path, figure->id, figure->plot));
    html_text(out, figure->words);
    fputs("\">\n", out);
}

static void html_body(FILE *out, const struct edition *edition, const struct bystander *bystander)
{
    const struct benchmarks *benchmarks = edition->bystander->benchmarks;
    double numbers[NUMBERS_MOST];
    char where[160];
    size_t count = numbers_of(bystander, numbers), planned;
    char *words = bystander_words(bystander);
    struct figure *figure = plot_bystander_planned(benchmarks, &planned);
    snprintf(where, sizeof where, "%.96s/", edition->bystander->name);
    fputs("<section id=\"bystander\">\n<p class=\"lead\">", out);
    html_text(out, stream_piece(out, words));
    fprintf(out, "</p>\n<p class=\"when\">%s</p>\n<p class=\"when\">%s</p>\n", reading, limits);
    if (!figure)
        stream_fail(out);
    if (figure && planned) {
        fputs("<figure>\n<div class=\"plots\">\n", out);
        figure_of(out, where, figure, "width=\"460\" height=\"290\"");
        fputs("</div>\n<figcaption>Both axes logarithmic; a line goes through the middle of the "
              "kinds, and its "
              "strokes span them.</figcaption>\n</figure>\n",
              out);
    }
    for (enum beside beside = 0; beside < BESIDES; beside++)
        if (bystander_any(bystander, beside))
            html_rows(out, bystander, beside, numbers, count);
    fputs("<p class=\"when\">", out);
    conditions(out, benchmarks, html_code, html_text);
    fputs("</p>\n</section>\n", out);
    draw_free(figure, planned);
    free(words);
}

char *page_bystander(const struct edition *edition)
{
    struct stream_text held;
    struct bystander *bystander = bystander_of(edition->bystander->benchmarks);
    FILE *out = bystander ? stream_open(&held) : NULL;
    const struct frame frame = {.root = "",
                                .title = "leaklab: a request beside leaked tasks",
                                .description = lead,
                                .style = ""};
    if (out) {
        frame_begin(out, edition, &frame);
        fprintf(out,
                "<header>\n<h1>A request beside leaked tasks</h1>\n<p "
                "class=\"title\">%s</p>\n</header>\n"
                "<main id=\"main\">\n",
                lead);
        html_body(out, edition, bystander);
        frame_end(out);
    }
    bystander_free(bystander);
    return out ? stream_close(out, &held) : NULL;
}

/* --- Markdown -------------------------------------------------------------------------------- */

static void markdown_rows(FILE *out, const struct bystander *bystander, enum beside beside,
                          const double *numbers, size_t count)
{
    char text[3 * FIGURE];
    fprintf(out, "| leaked tasks that %s |", beside_text(beside));
    for (size_t k = 0; k < count; k++)
        fprintf(out, " %s |", figure_count(text, llround(numbers[k])));
    fputs("\n|---|", out);
    for (size_t k = 0; k < count; k++)
        fputs("--:|", out);
    putc('\n', out);
    for (size_t i = 0; i < bystander->count; i++) {
        const struct bystander_row *row = &bystander->rows[i];
        if (row->beside != beside)
            continue;
        fputs("| ", out);
        markdown_text(out, row->kind);
        for (size_t k = 0; k < count; k++) {
            const struct bystander_point *at = bystander_at(row, numbers[k]);
            const char *mark = at && bystander_slower(bystander, row, at) ? "**" : "";
            fprintf(out, " | %s%s%s", mark, at ? point_text(text, at) : "-", mark);
        }
        fputs(" |\n", out);
    }
    putc('\n', out);
}

static void markdown_body(FILE *out, const struct benchmarks *benchmarks,
                          const struct bystander *bystander, const char *where)
{
    double numbers[NUMBERS_MOST];
    size_t count = numbers_of(bystander, numbers), planned;
    char *words = bystander_words(bystander);
    struct figure *figure = plot_bystander_planned(benchmarks, &planned);
    markdown_text(out, stream_piece(out, words));
    fprintf(out, "\n\n%s\n\n%s\n\n", reading, limits);
    conditions(out, benchmarks, markdown_code, markdown_text);
    fputs("\n\n", out);
    if (!figure)
        stream_fail(out);
    if (figure && planned)
        figure_of(out, where, figure, "width=\"49%\"");
    putc('\n', out);
    for (enum beside beside = 0; beside < BESIDES; beside++)
        if (bystander_any(bystander, beside))
            markdown_rows(out, bystander, beside, numbers, count);
    draw_free(figure, planned);
    free(words);
}

void markdown_bystander(FILE *out, const struct benchmarks *benchmarks, const char *where)
{
    if (!bystander_is_in(benchmarks))
        return;
    struct bystander *bystander = bystander_of(benchmarks);
    if (bystander) {
        fputs("## A request beside leaked tasks\n\n", out);
        markdown_body(out, benchmarks, bystander, where);
    } else
        stream_fail(out);
    bystander_free(bystander);
}

char *markdown_bystander_page(const struct edition *edition)
{
    char where[160];
    struct stream_text held;
    struct bystander *bystander = bystander_of(edition->bystander->benchmarks);
    FILE *out = bystander ? stream_open(&held) : NULL;
    snprintf(where, sizeof where, "%.96s/", edition->bystander->name);
    if (out) {
        fprintf(out,
                "%s# A request beside leaked tasks\n\n%s [As a page](bystander.html). [All "
                "pairs](README.md).\n\n",
                MARKDOWN_GENERATED, lead);
        markdown_body(out, edition->bystander->benchmarks, bystander, where);
    }
    bystander_free(bystander);
    return out ? stream_close(out, &held) : NULL;
}
