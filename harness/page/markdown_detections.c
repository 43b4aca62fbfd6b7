#include "page/markdown_detections.h"
#include "result/about.h"
#include "result/markdown_text.h"
#include "result/scoreboard.h"
#include "result/stream.h"
#include <stdlib.h>

static void conditions(FILE *out, const struct detections *d)
{
    char day[11], commit[32];
    char *command = about_command(d->about);
    fprintf(out, "%s, commit ", about_day(d->about, day));
    markdown_text(out, about_commit(d->about, commit));
    fputs(", ", out);
    markdown_code(out, stream_piece(out, command));
    fputs(". ", out);
    free(command);
    if (*d->cut) {
        markdown_text(out, d->cut);
        fputs(". ", out);
    }
}

static void score(FILE *out, const struct score *s)
{
    bool plain = s->said->plain; /* it has no controls */
    char recall[SCORE_TEXT], precision[SCORE_TEXT], named[SCORE_TEXT], fixes[SCORE_TEXT],
        controls[SCORE_TEXT], time[SCORE_TEXT], memory[SCORE_TEXT];
    fputs("| ", out);
    markdown_text(out, s->said->name);
    fprintf(out, " | %s | %s | %s | %s | %s%s%s | %s | %s |\n", score_recall(recall, s),
            score_precision(precision, s), score_named(named, s), score_fixes(fixes, s),
            plain ? "" : score_controls(controls, s), plain ? "" : " | ", score_time(time, s),
            score_memory(memory, s), score_needs(s));
}

/* Between the marks is what harness/detect/README.md takes. */
static void scores(FILE *out, const struct detections *d, bool plain)
{
    fprintf(out,
            "<!-- %sdetectors -->\n| detector | recall: found of the leaks | precision: leaks of "
            "what it reports | names the line | fixes reported | %stime a case | memory | it needs "
            "|\n|---|--:|--:|--:|--:|%s--:|--:|---|\n",
            plain ? "plain " : "", plain ? "" : "controls reported | ", plain ? "" : "--:|");
    for (size_t i = 0; i < d->detector_count; i++) {
        struct score s = score_of(d, i);
        if (s.said->plain == plain && !*s.said->skipped)
            score(out, &s);
    }
    fprintf(out, "<!-- /%sdetectors -->\n\n", plain ? "plain " : "");
    fprintf(out, "%s\n\n", score_criterion);
    fprintf(out, "%s\n\n", score_costs);
}

static void hows(FILE *out, const struct detections *d, bool plain)
{
    for (size_t i = 0; i < d->detector_count; i++) {
        const struct detector_said *said = &d->detectors[i];
        if (said->plain != plain)
            continue;
        fputs("- **", out);
        markdown_text(out, said->name);
        fputs("**: ", out);
        markdown_text(out, said->how);
        if (*said->skipped || *said->version)
            fputs(*said->skipped ? "; skipped: " : "; ", out);
        markdown_text(out, *said->skipped ? said->skipped : said->version);
        putc('\n', out);
    }
    putc('\n', out);
}

static void rows(FILE *out, const struct detections *d, enum scored of)
{
    size_t count;
    const struct detection **all = score_rows(d, of, &count);
    if (!all)
        stream_fail(out);
    if (count)
        fprintf(out, "| %s |", of == SCORED_CONTROL ? "control" : "pattern");
    for (size_t k = 0; count && k < d->detector_count; k++)
        if (score_asked(d, k, of)) {
            putc(' ', out);
            markdown_text(out, d->detectors[k].name);
            fputs(" |", out);
        }
    fputs(count ? "\n|---|" : "", out);
    for (size_t k = 0; count && k < d->detector_count; k++)
        fputs(score_asked(d, k, of) ? "---|" : "", out);
    fputs(count ? "\n" : "", out);
    for (size_t i = 0; all && i < count; i++) {
        fputs("| ", out);
        markdown_text(out, all[i]->id);
        fputs(" |", out);
        for (size_t k = 0; k < d->detector_count; k++)
            if (score_asked(d, k, of))
                fprintf(out, " %s |", score_word(d, k, all[i]->id, of));
        putc('\n', out);
    }
    fputs(count ? "\n" : "", out);
    free(all);
}

static void sums(FILE *out, const struct detections *d, bool plain)
{
    scores(out, d, plain);
    hows(out, d, plain);
    fprintf(out, "%s\n\n", score_words);
}

void markdown_detections(FILE *out, const struct detections *d)
{
    if (!d)
        return;
    fputs("## What leak detectors find\n\n", out);
    conditions(out, d);
    if (score_has_detectors(d, false)) {
        fputs("Each pair's leak and fix, and each control, shown to each detector.\n\n", out);
        sums(out, d, false);
        rows(out, d, SCORED_PAIR);
        rows(out, d, SCORED_CONTROL);
    }
    if (score_has_detectors(d, true)) {
        fprintf(out, "### What they find of plain C\n\n%s\n\n", score_plain);
        sums(out, d, true);
        rows(out, d, SCORED_PLAIN);
    }
}
