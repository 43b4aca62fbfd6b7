#include "result/compare_costs.h"
#include "result/conditions.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_cost(const struct benchmark *benchmark)
{
    return benchmark && !isnan(benchmark->cost.mean);
}

/* A copy of its draws: a comparison needs them for itself. */
static bool side_of(struct side *side, const struct benchmark *benchmark)
{
    size_t count = benchmark->run_count;
    *side = (struct side){malloc((count + 1) * sizeof *side->draws), count};
    if (side->draws && count)
        memcpy(side->draws, benchmark->draws, count * sizeof *side->draws);
    return side->draws;
}

/* Of aggregates alone nobody knows how many processes there were; what they differ by is kept. */
static void without_draws(struct contrast *contrast, const struct benchmark *was,
                          const struct benchmark *is)
{
    contrast->logs = was->cost.mean > 0 && is->cost.mean > 0;
    contrast->value =
        contrast->logs ? log(is->cost.mean / was->cost.mean) : is->cost.mean - was->cost.mean;
    contrast_void(contrast, CHANGE_ONE_PROCESS);
}

/* False: no memory. */
static bool contrast_them(struct contrast *contrast, const struct benchmark *was,
                          const struct benchmark *is, bool paired)
{
    *contrast = (struct contrast){.value = NAN};
    contrast_void(contrast, CHANGE_ABSENT);
    if (!has_cost(was) || !has_cost(is) || was->unit != is->unit)
        return true;
    if (!was->run_count || !is->run_count) {
        without_draws(contrast, was, is);
        return true;
    }
    struct side before, after;
    bool done = side_of(&before, was);
    done = side_of(&after, is) && done;
    if (done)
        *contrast = paired ? contrast_paired(before, after, 0) : contrast_of(before, after, 0);
    free(before.draws);
    free(after.draws);
    return done;
}

struct rows {
    struct cost_comparison *rows; /* NULL: no memory */
    size_t count;
    bool paired;
    const char *bar; /* of all of them */
};

/* One of them may be NULL: it is not there. Of none there is no row. */
static void add(struct rows *to, const struct benchmark *was, const struct benchmark *is)
{
    const struct benchmark *any = was ? was : is;
    if (!to->rows || !any)
        return;
    struct cost_comparison *row = &to->rows[to->count++];
    *row = (struct cost_comparison){
        .name = any->name,
        .was = was,
        .is = is,
        .unit = has_cost(was) ? was->unit
                : is          ? is->unit
                              : UNIT_TIME,
        .before = was ? was->cost.mean : NAN,
        .after = is ? is->cost.mean : NAN,
    };
    if (contrast_them(&row->contrast, was, is, to->paired)) {
        if (was && is && to->bar && !isnan(row->contrast.value)) {
            row->bar = to->bar;
            contrast_void(&row->contrast, CHANGE_NOT_COMPARABLE);
        }
        return;
    }
    free(to->rows);
    to->rows = NULL;
}

/* Whether one of before has a row with it. */
static bool is_paired(const struct benchmarks *before, const struct benchmarks *after,
                      const struct benchmark *one)
{
    const struct benchmark *other = before ? benchmarks_same(before, one) : NULL;
    return other && benchmarks_same(after, other) == one;
}

/* All rows together. False: no memory. */
static bool judge_all(struct cost_comparison *rows, size_t count)
{
    double *p = calloc(count + 1, sizeof *p), *adjusted = calloc(count + 1, sizeof *adjusted);
    bool done = p && adjusted;
    for (size_t i = 0; done && i < count; i++)
        p[i] = rows[i].contrast.differs;
    done = done && contrast_holm(p, count, adjusted);
    for (size_t i = 0; done && i < count; i++)
        contrast_judge(&rows[i].contrast, adjusted[i]);
    free(p);
    free(adjusted);
    return done;
}

struct cost_comparison *compare_costs(const struct benchmarks *before,
                                      const struct benchmarks *after, bool paired, size_t *count)
{
    size_t was = before ? before->count : 0, is = after ? after->count : 0;
    const char *bar = before && after ? conditions_bar(before->about, after->about) : NULL;
    struct rows to = {calloc(was + is + 1, sizeof *to.rows), 0, paired, paired ? NULL : bar};
    for (size_t i = 0; i < was; i++) {
        const struct benchmark *one = &before->all[i];
        add(&to, one, after ? benchmarks_same(after, one) : NULL);
    }
    for (size_t i = 0; i < is; i++)
        if (!is_paired(before, after, &after->all[i]))
            add(&to, NULL, &after->all[i]);
    if (to.rows && !judge_all(to.rows, to.count)) {
        free(to.rows);
        to.rows = NULL;
    }
    *count = to.rows ? to.count : 0;
    return to.rows;
}
