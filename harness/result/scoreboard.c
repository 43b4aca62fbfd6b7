#include "result/scoreboard.h"
#include "probe/figures.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char score_criterion[] = "Found: the detector reports more of the program than of the same "
                               "program when it serves no request. That of a fix "
                               "or of a control, which leak nothing, is a false alarm.";
const char score_costs[] = "Time is the processor's and memory the peak resident set, medians over "
                           "the cases: the program and who looks at it "
                           "together; of a detector that reads the source, the detector alone.";
const char score_words[] = "line: found, with a line of the sample; found: without one; -: not "
                           "reported; !: its fix is reported too; alarm: a "
                           "control is reported; ?: it could not look; empty: not asked.";

const char score_plain[] =
    "Each leak and fix against uv.h or pthread.h alone, shown to detectors of handles, memory, "
    "descriptors and threads. The program has a libuv loop, serves 20 requests a millisecond "
    "apart under a virtual clock, and lets ten seconds pass, in which all ends that time can end; "
    "what libuv opens once for all, as its thread pool, is open before. There are no "
    "controls of plain C: precision is of leaks and fixes alone.";

/* --- Sums ----------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Of the known ones; in place. */
static double median(double *values, size_t count)
{
    if (!count)
        return NAN;
    qsort(values, count, sizeof *values, ascending);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static void add(struct score *score, const struct detection *it)
{
    if (it->findings < 0) {
        score->failed++;
        return;
    }
    switch (it->program) {
    case DETECTED_LEAK:
        score->leaks++;
        score->found += it->found;
        score->named += it->found && *it->at;
        break;
    case DETECTED_FIX:
        score->fixes++;
        score->fix_alarms += it->found;
        break;
    default:
        score->controls++;
        score->control_alarms += it->found;
    }
}

static void add_costs(struct score *score, const struct detections *d, size_t detector)
{
    double *cpu = calloc(d->count + 1, sizeof *cpu), *peak = calloc(d->count + 1, sizeof *peak);
    size_t cpus = 0, peaks = 0;
    for (size_t i = 0; cpu && peak && i < d->count; i++) {
        const struct detection *it = &d->all[i];
        if (it->detector != detector || it->findings < 0)
            continue;
        if (it->cpu >= 0)
            cpu[cpus++] = (double)it->cpu;
        if (it->peak >= 0)
            peak[peaks++] = (double)it->peak;
    }
    score->cpu = cpu ? median(cpu, cpus) : NAN;
    score->peak = peak ? median(peak, peaks) : NAN;
    free(cpu);
    free(peak);
}

struct score score_of(const struct detections *d, size_t detector)
{
    struct score score = {.said = &d->detectors[detector]};
    for (size_t i = 0; i < d->count; i++)
        if (d->all[i].detector == detector)
            add(&score, &d->all[i]);
    add_costs(&score, d, detector);
    return score;
}

bool score_has(const struct score *score)
{
    return score->leaks + score->fixes + score->controls + score->failed > 0;
}

/* --- Words ---------------------------------------------------------------------------------- */

static const char *part(char text[SCORE_TEXT], size_t count, size_t of, bool share)
{
    if (!of)
        snprintf(text, SCORE_TEXT, "-");
    else if (share)
        snprintf(text, SCORE_TEXT, "%zu of %zu (%.0f %%)", count, of,
                 100.0 * (double)count / (double)of);
    else
        snprintf(text, SCORE_TEXT, "%zu of %zu", count, of);
    return text;
}

const char *score_recall(char text[SCORE_TEXT], const struct score *s)
{
    return part(text, s->found, s->leaks, true);
}

const char *score_precision(char text[SCORE_TEXT], const struct score *s)
{
    return part(text, s->found, s->found + s->fix_alarms + s->control_alarms, true);
}

const char *score_named(char text[SCORE_TEXT], const struct score *s)
{
    return part(text, s->named, s->found, false);
}

const char *score_fixes(char text[SCORE_TEXT], const struct score *s)
{
    return part(text, s->fix_alarms, s->fixes, false);
}

const char *score_controls(char text[SCORE_TEXT], const struct score *s)
{
    return part(text, s->control_alarms, s->controls, false);
}

const char *score_time(char text[SCORE_TEXT], const struct score *s)
{
    char figure[FIGURE];
    snprintf(text, SCORE_TEXT, "%s", isnan(s->cpu) ? "-" : figure_cost(figure, s->cpu));
    return text;
}

const char *score_memory(char text[SCORE_TEXT], const struct score *s)
{
    char figure[FIGURE];
    snprintf(text, SCORE_TEXT, "%s", isnan(s->peak) ? "-" : figure_bytes(figure, s->peak));
    return text;
}

const char *score_needs(const struct score *s)
{
    return s->said->reads ? "the source" : s->said->stops ? "the program's end" : "one look";
}

static enum scored kind_of(const struct detections *d, const struct detection *it)
{
    return it->program == DETECTED_CONTROL    ? SCORED_CONTROL
           : d->detectors[it->detector].plain ? SCORED_PLAIN
                                              : SCORED_PAIR;
}

bool score_asked(const struct detections *d, size_t detector, enum scored of)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->all[i].detector == detector && kind_of(d, &d->all[i]) == of)
            return true;
    return false;
}

bool score_has_detectors(const struct detections *d, bool plain)
{
    for (size_t i = 0; i < d->detector_count; i++)
        if (d->detectors[i].plain == plain)
            return true;
    return false;
}

const char *score_word(const struct detections *d, size_t detector, const char *id, enum scored of)
{
    bool control = of == SCORED_CONTROL;
    static const char *const words[2][3] = {{"-", "found", "line"}, {"- !", "found !", "line !"}};
    const struct detection *it =
        detections_find(d, detector, id, control ? DETECTED_CONTROL : DETECTED_LEAK);
    const struct detection *fix = control ? NULL : detections_find(d, detector, id, DETECTED_FIX);
    if (!it)
        return "";
    if (it->findings < 0)
        return "?";
    if (control)
        return it->found ? "alarm" : "-";
    return words[fix && fix->found][it->found ? 1 + (*it->at != 0) : 0];
}

/* --- Rows ----------------------------------------------------------------------------------- */

static bool has(const struct detection **rows, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i]->id, id) == 0)
            return true;
    return false;
}

const struct detection **score_rows(const struct detections *d, enum scored of, size_t *count)
{
    const struct detection **rows = calloc(d->count + 1, sizeof *rows);
    *count = 0;
    for (size_t i = 0; rows && i < d->count; i++)
        if (kind_of(d, &d->all[i]) == of && !has(rows, *count, d->all[i].id))
            rows[(*count)++] = &d->all[i];
    return rows;
}
