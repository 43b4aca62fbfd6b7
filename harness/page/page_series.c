#include "page/page_series.h"
#include "probe/figures.h"
#include "probe/outcome.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "result/phrase.h"
#include <string.h>

const char *series_text(char text[SERIES_TEXT], const struct measured_pair *series)
{
    char time[FIGURE];
    if (strcmp(series->twin, OUTCOME_HIBERNATED) == 0)
        snprintf(text, SERIES_TEXT, "hibernated: every task asleep that is parked for %s",
                 figure_time(time, (double)series->settings.hibernate));
    else
        snprintf(text, SERIES_TEXT, "recovered: every task made to end that can never wake");
    return text;
}

/* The newest result that has it, with the plain figures beside it. */
struct found {
    const struct summary *from;
    const struct measured_pair *plain, *series;
};

static struct found find(const struct edition *edition, const char *id, const char *name)
{
    struct found found = {0};
    for (size_t r = 0; r < edition->result_count && !found.series; r++) {
        found.from = edition->results[r];
        for (size_t i = 0; !found.from->confirmation && i < found.from->pair_count && !found.series;
             i++) {
            found.plain = &found.from->pairs[i];
            if (strcmp(found.plain->id, id) == 0)
                found.series = summary_series(found.from, found.plain, name);
            if (found.series && !found.series->variants[VARIANT_LEAK].run_count)
                found.series = NULL;
        }
    }
    return found;
}

static const char *const names[] = {OUTCOME_RECOVERED, OUTCOME_HIBERNATED, NULL};

/* --- HTML ----------------------------------------------------------------------------------- */

static void html_row(FILE *out, const char *name, const struct measured *leak)
{
    char count[PHRASE], bytes[PHRASE], interval[PHRASE];
    fputs("<tr>", out);
    html_element(out, "th scope=\"row\"", name);
    fprintf(out, "<td>%s</td><td><b>%s</b> ",
            phrase_per_request(count, leak, offsetof(struct run_figures, tasks_left)),
            phrase_number(bytes, leak->bytes_per_request.value, &leak->bytes_per_request));
    html_element(out, "small", phrase_interval(interval, &leak->bytes_per_request));
    fputs("</td><td>", out);
    html_text(out, leak->verdict);
    fputs("</td></tr>\n", out);
}

static void html_one(FILE *out, const struct edition *edition, const struct found *found)
{
    char text[SERIES_TEXT], load[PHRASE_LONG];
    fprintf(out, "<section class=\"series\" id=\"%s\">\n<h3>The leak, ", found->series->twin);
    html_text(out, series_text(text, found->series));
    fputs(
        "</h3>\n<div class=\"wide\"><table class=\"runs words\"><thead><tr><th></th><th>tasks left "
        "per request</th><th>bytes per request</th><th>verdict</th></tr></thead><tbody>\n",
        out);
    html_row(out, "leak", &found->plain->variants[VARIANT_LEAK]);
    html_row(out, found->series->twin, &found->series->variants[VARIANT_LEAK]);
    fputs("</tbody></table></div>\n<p class=\"when\">", out);
    html_text(out, phrase_measured(load, found->plain));
    if (edition->saved)
        fprintf(out, "; <a href=\"../%s/README.md#%s\">%s</a>", found->from->name, found->plain->id,
                found->from->name);
    fputs(".</p>\n</section>\n", out);
}

void page_series(FILE *out, const struct edition *edition, const char *id)
{
    for (size_t i = 0; names[i]; i++) {
        struct found found = find(edition, id, names[i]);
        if (found.series)
            html_one(out, edition, &found);
    }
}

/* --- Markdown ------------------------------------------------------------------------------- */

static void markdown_row(FILE *out, const char *name, const struct measured *leak)
{
    char count[PHRASE], bytes[PHRASE], interval[PHRASE];
    fprintf(out, "| %s | %s | %s | %s | ", name,
            phrase_per_request(count, leak, offsetof(struct run_figures, tasks_left)),
            phrase_number(bytes, leak->bytes_per_request.value, &leak->bytes_per_request),
            phrase_interval(interval, &leak->bytes_per_request));
    markdown_text(out, leak->verdict);
    fputs(" |\n", out);
}

void markdown_series(FILE *out, const struct edition *edition, const char *id)
{
    for (size_t i = 0; names[i]; i++) {
        struct found found = find(edition, id, names[i]);
        char text[SERIES_TEXT], load[PHRASE_LONG];
        if (!found.series)
            continue;
        fprintf(
            out,
            "**The leak, %s.**\n\n| | tasks left per request | bytes per request | 95 %% interval "
            "| verdict |\n|---|--:|--:|---|---|\n",
            series_text(text, found.series));
        markdown_row(out, "leak", &found.plain->variants[VARIANT_LEAK]);
        markdown_row(out, found.series->twin, &found.series->variants[VARIANT_LEAK]);
        fprintf(out, "\n%s", phrase_measured(load, found.plain));
        if (edition->saved)
            fprintf(out, "; [%s](../%s/README.md#%s)", found.from->name, found.from->name, id);
        fputs(".\n\n", out);
    }
}
