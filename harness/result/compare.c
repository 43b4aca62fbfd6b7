#include "result/compare.h"
#include "result/conditions.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- Figures -------------------------------------------------------------------------------- */

/* Less than this a request is nothing: where a figure is no more, differences count and not ratios. */
static const double bytes_least = 1;

static const char other_load[] = "other load";

/* Each run is a process of its own. */
static bool side_of(struct side *side, const struct measured *measured)
{
    *side = (struct side){calloc(measured->run_count + 1, sizeof *side->draws), 0};
    for (size_t i = 0; side->draws && i < measured->run_count; i++) {
        const struct run_figures *run = &measured->runs[i];
        if (!isnan(run->bytes.each))
            side->draws[side->count++] = (struct draw){.value = run->bytes.each,
                                                       .invocation = (int64_t)i,
                                                       .noisy = noise_flagged(&run->noise)};
    }
    return side->draws;
}

static double rate_of(const struct measured *measured, size_t figure)
{
    return summary_mean(measured, figure, NULL) / summary_figure(measured, requests, NULL);
}

/* Whether it differs; not where it is not known of both. */
static bool set_counted(struct comparison *row, const struct measured *a, const struct measured *b,
                        size_t figure, double least)
{
    row->counted_before = rate_of(a, figure);
    row->counted_after = rate_of(b, figure);
    return fabs(row->counted_before - row->counted_after) > least;
}

/* The first of tasks and all other kinds that differs; else tasks. The process's own descriptors and threads may differ by
 * one or two, so less than what is told of a rate is nothing. */
static void take_counted(struct comparison *row, const struct measured *a, const struct measured *b)
{
    static const double told = 0.0005;
    size_t tasks = offsetof(struct run_figures, tasks_left);
    snprintf(row->counted, sizeof row->counted, "tasks");
    if (set_counted(row, a, b, tasks, 0))
        return;
    for (int kind = 0; kind < LEFT_KINDS; kind++)
        if (set_counted(row, a, b, summary_left(kind), told)) {
            left_kind_words(row->counted, kind, false);
            return;
        }
    set_counted(row, a, b, tasks, 0);
}

/* What is counted is exact, so any difference is one, on whatever machine; under the same load. */
static enum change judge(const struct comparison *row, bool same_load)
{
    if (same_load && row->counted_before != row->counted_after && !isnan(row->counted_before) &&
        !isnan(row->counted_after))
        return row->counted_after < row->counted_before ? CHANGE_BETTER : CHANGE_WORSE;
    return row->contrast.change;
}

/* False: no memory. */
static bool fill(struct comparison *row, const char *id, enum variant variant,
                 const struct measured_pair *before, const struct measured_pair *after,
                 const char *bar)
{
    static const struct measured none;
    const struct measured *a = before ? &before->variants[variant] : &none;
    const struct measured *b = after ? &after->variants[variant] : &none;
    struct side was, is;
    bool done = side_of(&was, a);
    done = side_of(&is, b) && done;
    *row = (struct comparison){
        .id = id,
        .variant = variant,
        .in_before = a->run_count > 0,
        .in_after = b->run_count > 0,
        .before = summary_figure(a, bytes.each, NULL),
        .after = summary_figure(b, bytes.each, NULL),
    };
    take_counted(row, a, b);
    if (done)
        row->contrast = contrast_of(was, is, bytes_least);
    if (before && after && !conditions_same_load(&before->settings, &after->settings))
        row->bar = other_load;
    else
        row->bar = bar;
    if (done && row->bar && row->in_before && row->in_after)
        contrast_void(&row->contrast, CHANGE_NOT_COMPARABLE);
    free(was.draws);
    free(is.draws);
    return done;
}

/* All rows together. False: no memory. */
static bool judge_all(struct comparison *rows, size_t count)
{
    double *p = calloc(count + 1, sizeof *p), *adjusted = calloc(count + 1, sizeof *adjusted);
    bool done = p && adjusted;
    for (size_t i = 0; done && i < count; i++)
        p[i] = rows[i].contrast.differs;
    done = done && contrast_holm(p, count, adjusted);
    for (size_t i = 0; done && i < count; i++) {
        contrast_judge(&rows[i].contrast, adjusted[i]);
        rows[i].change = judge(&rows[i], rows[i].bar != other_load);
    }
    free(p);
    free(adjusted);
    return done;
}

struct rows {
    struct comparison *rows; /* NULL: no memory */
    size_t count;
    const char *bar; /* of all of them */
};

/* Of what is measured in either. */
static void add(struct rows *to, const char *id, const struct measured_pair *before,
                const struct measured_pair *after)
{
    for (enum variant v = 0; to->rows && v < VARIANTS; v++) {
        if (!(before && before->variants[v].run_count) && !(after && after->variants[v].run_count))
            continue;
        if (fill(&to->rows[to->count++], id, v, before, after, to->bar))
            continue;
        free(to->rows);
        to->rows = NULL;
    }
}

struct comparison *compare(const struct summary *before, const struct summary *after, size_t *count)
{
    size_t most = VARIANTS * (before->pair_count + after->pair_count);
    struct rows to = {calloc(most + 1, sizeof *to.rows), 0,
                      conditions_bar(before->about, after->about)};
    for (size_t i = 0; i < before->pair_count; i++)
        add(&to, before->pairs[i].id, &before->pairs[i], summary_pair(after, before->pairs[i].id));
    for (size_t i = 0; i < after->pair_count; i++)
        if (!summary_pair(before, after->pairs[i].id))
            add(&to, after->pairs[i].id, NULL, &after->pairs[i]);
    if (to.rows && !judge_all(to.rows, to.count)) {
        free(to.rows);
        to.rows = NULL;
    }
    *count = to.rows ? to.count : 0;
    return to.rows;
}
