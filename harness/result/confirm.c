#include "result/confirm.h"
#include "result/conditions.h"
#include "result/contrast.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *confirmed_text(enum confirmed confirmed)
{
    static const char *const texts[] = {
        [CONFIRMED_MET] = "met",
        [CONFIRMED_CLOSE] = "within 3 %",
        [CONFIRMED_MISSED] = "missed",
        [CONFIRMED_NO_INTERVAL] = "no interval",
    };
    return texts[confirmed];
}

struct rows {
    struct confirm_row *rows;
    size_t count;
    bool failed; /* no memory */
};

static bool all_positive(struct side side)
{
    for (size_t i = 0; i < side.count; i++)
        if (!(side.draws[i].value > 0))
            return false;
    return true;
}

static enum confirmed judge(const struct confirm_row *row)
{
    if (isnan(row->low) || isnan(row->here))
        return CONFIRMED_NO_INTERVAL;
    if (row->here >= row->low && row->here <= row->high)
        return CONFIRMED_MET;
    double off = fabs(row->here - row->published);
    return off <= contrast_margin * fabs(row->published) ? CONFIRMED_CLOSE : CONFIRMED_MISSED;
}

/* By what the published draws foretell of as many units as there are here. */
static void compare(struct confirm_row *row, struct side published, struct side here)
{
    bool logs = all_positive(published) && all_positive(here);
    enum level level = level_of(published.draws, published.count);
    struct group was = group_of(published.draws, published.count, logs, level);
    struct group is = group_of(here.draws, here.count, logs, level);
    double half = is.noisy > is.draws || was.noisy > was.draws
                      ? NAN
                      : group_foretells(&was, group_units(&is));
    row->published = logs ? exp(was.mean) : was.mean;
    row->low = logs ? exp(was.mean - half) : was.mean - half;
    row->high = logs ? exp(was.mean + half) : was.mean + half;
    row->here = logs ? exp(is.mean) : is.mean;
    row->confirmed = judge(row);
}

static struct confirm_row *next_row(struct rows *to)
{
    struct confirm_row *more = realloc(to->rows, (to->count + 1) * sizeof *more);
    to->rows = more ? more : to->rows;
    to->failed |= !more;
    return more ? &more[to->count++] : NULL;
}

/* Frees the draws of both. */
static void add(struct rows *to, const char *name, struct side published, struct side here)
{
    struct confirm_row *row = published.draws && here.draws ? next_row(to) : NULL;
    to->failed |= !row;
    if (row) {
        snprintf(row->name, sizeof row->name, "%s", name);
        compare(row, published, here);
    }
    free(published.draws);
    free(here.draws);
}

/* --- Benchmarks --------------------------------------------------------------------------------- */

static struct side side_of(const struct benchmark *benchmark)
{
    struct side side = {malloc((benchmark->run_count + 1) * sizeof *side.draws),
                        benchmark->run_count};
    if (side.draws && side.count)
        memcpy(side.draws, benchmark->draws, side.count * sizeof *side.draws);
    return side;
}

static void add_costs(struct rows *to, const struct benchmarks *published,
                      const struct benchmarks *here)
{
    for (size_t i = 0; published && here && i < published->count; i++) {
        const struct benchmark *was = &published->all[i], *is = benchmarks_same(here, was);
        if (is && was->run_count && is->run_count && was->unit == is->unit)
            add(to, was->name, side_of(was), side_of(is));
    }
}

/* --- Pairs -------------------------------------------------------------------------------------- */

static struct side bytes_of(const struct measured *measured)
{
    struct side side = {calloc(measured->run_count + 1, sizeof *side.draws), 0};
    for (size_t i = 0; side.draws && i < measured->run_count; i++) {
        const struct run_figures *run = &measured->runs[i];
        if (!isnan(run->bytes.each))
            side.draws[side.count++] = (struct draw){.value = run->bytes.each,
                                                     .invocation = (int64_t)i,
                                                     .noisy = noise_flagged(&run->noise)};
    }
    return side;
}

/* Under another load there is nothing to confirm. */
static void add_pair(struct rows *to, const struct measured_pair *was,
                     const struct measured_pair *is)
{
    char name[PHRASE_LONG];
    if (!conditions_same_load(&was->settings, &is->settings))
        return;
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct measured *a = &was->variants[v], *b = &is->variants[v];
        snprintf(name, sizeof name, "%s %s, bytes a request", was->id, variant_name(v));
        if (a->run_count && b->run_count)
            add(to, name, bytes_of(a), bytes_of(b));
    }
}

struct confirm_row *confirm(const struct summary *published, const struct summary *here,
                            size_t *count)
{
    struct rows to = {calloc(1, sizeof *to.rows), 0, false};
    for (size_t i = 0; i < published->pair_count; i++) {
        const struct measured_pair *was = &published->pairs[i], *is = summary_pair(here, was->id);
        if (is)
            add_pair(&to, was, is);
    }
    add_costs(&to, published->benchmarks, here->benchmarks);
    add_costs(&to, published->versus, here->versus);
    *count = to.failed ? 0 : to.count;
    if (!to.failed)
        return to.rows;
    free(to.rows);
    return NULL;
}
