#include "report/detectors.h"
#include "result/scoreboard.h"
#include <stdlib.h>
#include <string.h>

enum { COLUMN_LEAST = 8 };

static int width_of(const struct detector_said *said)
{
    int width = (int)strlen(said->name);
    return width < COLUMN_LEAST ? COLUMN_LEAST : width;
}

/* --- A row a pair --------------------------------------------------------------------------- */

static void print_rows(const struct terminal *t, const struct detections *d,
                       const struct detection **rows, size_t count, enum scored of)
{
    int id_width = (int)strlen("control");
    for (size_t i = 0; i < count; i++)
        id_width = (int)strlen(rows[i]->id) > id_width ? (int)strlen(rows[i]->id) : id_width;
    fprintf(t->out, "%s%-*s", terminal_style(t, STYLE_BOLD), id_width,
            of == SCORED_CONTROL ? "control" : "pattern");
    for (size_t k = 0; k < d->detector_count; k++)
        if (score_asked(d, k, of))
            fprintf(t->out, "  %-*s", width_of(&d->detectors[k]), d->detectors[k].name);
    fprintf(t->out, "%s\n", terminal_style(t, STYLE_PLAIN));
    for (size_t i = 0; i < count; i++) {
        fprintf(t->out, "%-*s", id_width, rows[i]->id);
        for (size_t k = 0; k < d->detector_count; k++)
            if (score_asked(d, k, of))
                fprintf(t->out, "  %-*s", width_of(&d->detectors[k]),
                        score_word(d, k, rows[i]->id, of));
        putc('\n', t->out);
    }
    putc('\n', t->out);
}

static bool print_kind(const struct terminal *t, const struct detections *d, enum scored of)
{
    size_t count;
    const struct detection **rows = score_rows(d, of, &count);
    if (count)
        print_rows(t, d, rows, count, of);
    bool made = rows != NULL;
    free(rows);
    return made;
}

/* --- A row a detector ----------------------------------------------------------------------- */

static void print_score(const struct terminal *t, const struct score *s)
{
    char recall[SCORE_TEXT], precision[SCORE_TEXT], named[SCORE_TEXT], fixes[SCORE_TEXT],
        controls[SCORE_TEXT], time[SCORE_TEXT], memory[SCORE_TEXT];
    fprintf(t->out, "%-13s  %-16s  %-16s  %-8s  %-8s  %-8s  %-7s  %-9s  %s", s->said->name,
            score_recall(recall, s), score_precision(precision, s), score_named(named, s),
            score_fixes(fixes, s), score_controls(controls, s), score_time(time, s),
            score_memory(memory, s), score_needs(s));
    if (s->failed)
        fprintf(t->out, "  (could not look %zu time%s)", s->failed, s->failed == 1 ? "" : "s");
    putc('\n', t->out);
}

static void print_scores(const struct terminal *t, const struct detections *d, bool plain)
{
    if (!score_has_detectors(d, plain))
        return;
    fprintf(t->out, "%s%-13s  %-16s  %-16s  %-8s  %-8s  %-8s  %-7s  %-9s  %s%s\n",
            terminal_style(t, STYLE_BOLD), "detector", "recall", "precision", "line", "fixes",
            "controls", "time", "memory", "needs", terminal_style(t, STYLE_PLAIN));
    for (size_t i = 0; i < d->detector_count; i++) {
        struct score score = score_of(d, i);
        if (d->detectors[i].plain == plain && !*d->detectors[i].skipped)
            print_score(t, &score);
    }
    for (size_t i = 0; i < d->detector_count; i++)
        if (d->detectors[i].plain == plain && *d->detectors[i].skipped)
            fprintf(t->out, "%s is skipped: %s\n", d->detectors[i].name, d->detectors[i].skipped);
    putc('\n', t->out);
}

bool detectors_print(const struct terminal *t, const struct detections *d)
{
    bool printed = print_kind(t, d, SCORED_PAIR) && print_kind(t, d, SCORED_CONTROL);
    print_scores(t, d, false);
    printed = printed && print_kind(t, d, SCORED_PLAIN);
    print_scores(t, d, true);
    fprintf(t->out, "%s\n%s\n", score_criterion, score_words);
    return printed;
}
