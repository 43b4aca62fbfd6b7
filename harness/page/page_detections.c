#include "page/page_detections.h"
#include "result/about.h"
#include "result/html.h"
#include "result/scoreboard.h"
#include "result/stream.h"
#include <stdlib.h>

static void conditions(FILE *out, const struct detections *d)
{
    char day[11], commit[32];
    char *command = about_command(d->about);
    fprintf(out, "<p class=\"when\">%s, commit ", about_day(d->about, day));
    html_text(out, about_commit(d->about, commit));
    fputs(", ", out);
    html_element(out, "code", stream_piece(out, command));
    fputs(". ", out);
    if (*d->cut) {
        html_text(out, d->cut);
        fputs(". ", out);
    }
    if (score_has_detectors(d, false))
        fputs("Each pair&#39;s leak and fix, and each control, shown to each detector. ", out);
    html_text(out, score_criterion);
    putc(' ', out);
    html_text(out, score_costs);
    fputs("</p>\n", out);
    free(command);
}

static void head(FILE *out, const char *text)
{
    html_element(out, "th scope=\"col\"", text);
}

static void begin(FILE *out)
{
    fputs("<div class=\"wide\"><table class=\"facts\">\n<thead><tr>", out);
}

/* --- A row a detector ----------------------------------------------------------------------- */

static void score(FILE *out, const struct score *s)
{
    char text[SCORE_TEXT];
    fputs("<tr>", out);
    html_element(out, "th scope=\"row\"", s->said->name);
    fprintf(out, "<td><b>%s</b></td>", score_recall(text, s));
    fprintf(out, "<td><b>%s</b></td>", score_precision(text, s));
    fprintf(out, "<td>%s</td>", score_named(text, s));
    fprintf(out, "<td>%s</td>", score_fixes(text, s));
    if (!s->said->plain) /* it has no controls */
        fprintf(out, "<td>%s</td>", score_controls(text, s));
    fprintf(out, "<td>%s</td>", score_time(text, s));
    fprintf(out, "<td>%s</td>", score_memory(text, s));
    fprintf(out, "<td>%s</td></tr>\n", score_needs(s));
}

static void scores(FILE *out, const struct detections *d, bool plain)
{
    enum { CONTROLS = 5 };
    static const char *const heads[] = {"detector",       "recall",         "precision",
                                        "names the line", "fixes reported", "controls reported",
                                        "time a case",    "memory",         "it needs"};
    begin(out);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (!plain || i != CONTROLS)
            head(out, heads[i]);
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < d->detector_count; i++) {
        struct score s = score_of(d, i);
        if (s.said->plain == plain && !*s.said->skipped)
            score(out, &s);
    }
    fputs("</tbody></table></div>\n", out);
}

static void hows(FILE *out, const struct detections *d, bool plain)
{
    fputs("<ul>\n", out);
    for (size_t i = 0; i < d->detector_count; i++) {
        const struct detector_said *said = &d->detectors[i];
        if (said->plain != plain)
            continue;
        fputs("<li>", out);
        html_element(out, "b", said->name);
        fputs(": ", out);
        html_text(out, said->how);
        if (*said->skipped || *said->version)
            fputs(*said->skipped ? "; skipped: " : "; ", out);
        html_text(out, *said->skipped ? said->skipped : said->version);
        fputs("</li>\n", out);
    }
    fputs("</ul>\n", out);
}

/* --- A row a pair --------------------------------------------------------------------------- */

static void rows(FILE *out, const struct detections *d, enum scored of)
{
    size_t count;
    const struct detection **all = score_rows(d, of, &count);
    if (!all)
        stream_fail(out);
    if (all && count) {
        begin(out);
        head(out, of == SCORED_CONTROL ? "control" : "pattern");
        for (size_t k = 0; k < d->detector_count; k++)
            if (score_asked(d, k, of))
                head(out, d->detectors[k].name);
        fputs("</tr></thead>\n<tbody>\n", out);
    }
    for (size_t i = 0; all && i < count; i++) {
        fputs("<tr>", out);
        html_element(out, "th scope=\"row\"", all[i]->id);
        for (size_t k = 0; k < d->detector_count; k++)
            if (score_asked(d, k, of))
                fprintf(out, "<td>%s</td>", score_word(d, k, all[i]->id, of));
        fputs("</tr>\n", out);
    }
    fputs(all && count ? "</tbody></table></div>\n" : "", out);
    free(all);
}

static void sums(FILE *out, const struct detections *d, bool plain)
{
    scores(out, d, plain);
    hows(out, d, plain);
    fputs("<p>", out);
    html_text(out, score_words);
    fputs("</p>\n", out);
}

void page_detections(FILE *out, const struct detections *d)
{
    fputs("<section id=\"detectors\">\n<h2>What leak detectors find</h2>\n", out);
    conditions(out, d);
    if (score_has_detectors(d, false)) {
        sums(out, d, false);
        rows(out, d, SCORED_PAIR);
        rows(out, d, SCORED_CONTROL);
    }
    fputs("</section>\n\n", out);
    if (score_has_detectors(d, true)) {
        fputs("<section id=\"plain-detectors\">\n<h2>What they find of plain C</h2>\n", out);
        html_element(out, "p", score_plain);
        putc('\n', out);
        sums(out, d, true);
        rows(out, d, SCORED_PLAIN);
        fputs("</section>\n\n", out);
    }
}
