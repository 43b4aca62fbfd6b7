#include "result/confirm.h"
#include "result/conditions.h"
#include "result/contrast.h"
#include "result/left.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Less than this a request is nothing, whatever share of the figure it is. */
static const double bytes_least = 1;

/* Of what a row says which is which. */
struct place {
    const char *pair; /* NULL: of a benchmark */
    enum variant variant;
    const char *what;
};

struct rows {
    struct confirmation *to;
    bool failed; /* no memory */
};

/* --- Judging -------------------------------------------------------------------------------- */

static bool all_positive(struct side side)
{
    for (size_t i = 0; i < side.count; i++)
        if (!(side.draws[i].value > 0))
            return false;
    return true;
}

/* least: what is less off than that is close. */
static enum confirmed judge(const struct confirm_row *row, double least)
{
    if (isnan(row->low) || isnan(row->here))
        return CONFIRMED_NO_INTERVAL;
    if (row->here >= row->low && row->here <= row->high)
        return CONFIRMED_MET;
    double off = fabs(row->here - row->published);
    return off <= fmax(least, contrast_margin * fabs(row->published)) ? CONFIRMED_CLOSE
                                                                      : CONFIRMED_MISSED;
}

static double mean_of(struct side side)
{
    double sum = 0;
    for (size_t i = 0; i < side.count; i++)
        sum += side.draws[i].value;
    return sum / (double)side.count;
}

static bool mostly_noisy(const struct group *group)
{
    return group->noisy > group->draws;
}

/* By what the published draws foretell of as many units as there are here; within: how far both together are
 * resolved. Of what is too noisy the means are told, and not held to one another. */
static void compare(struct confirm_row *row, struct side published, struct side here, double within)
{
    bool logs = all_positive(published) && all_positive(here);
    row->published = mean_of(published);
    row->here = mean_of(here);
    row->low = row->high = NAN;
    enum level level = level_of(published.draws, published.count);
    struct group was = group_of(published.draws, published.count, logs, level);
    struct group is = group_of(here.draws, here.count, logs, level);
    row->confirmed = CONFIRMED_NOISY;
    if (mostly_noisy(&was) || mostly_noisy(&is))
        return;
    double half = group_foretells(&was, group_units(&is));
    row->published = logs ? exp(was.mean) : was.mean;
    row->low = (logs ? exp(was.mean - half) : was.mean - half) - within;
    row->high = (logs ? exp(was.mean + half) : was.mean + half) + within;
    row->here = logs ? exp(is.mean) : is.mean;
    row->confirmed = judge(row, row->pair ? bytes_least : 0);
}

/* --- Rows ----------------------------------------------------------------------------------- */

/* NULL: no memory. */
static struct confirm_row *next_row(struct rows *rows, const struct place *place)
{
    struct confirmation *to = rows->to;
    struct confirm_row *more = realloc(to->rows, (to->count + 1) * sizeof *more);
    to->rows = more ? more : to->rows;
    rows->failed |= !more;
    if (!more)
        return NULL;
    struct confirm_row *row = &more[to->count++];
    *row = (struct confirm_row){.pair = place->pair ? strdup(place->pair) : NULL,
                                .variant = place->variant,
                                .what = strdup(place->what)};
    rows->failed |= !row->what || (place->pair && !row->pair);
    return row;
}

/* Frees the draws of both. */
static void add(struct rows *rows, const struct place *place, struct side published,
                struct side here, double within, bool comparable)
{
    struct confirm_row *row = published.draws && here.draws && published.count && here.count
                                  ? next_row(rows, place)
                                  : NULL;
    rows->failed |= !published.draws || !here.draws;
    if (row) {
        compare(row, published, here, within);
        row->confirmed = comparable ? row->confirmed : CONFIRMED_NOT_COMPARABLE;
    }
    free(published.draws);
    free(here.draws);
}

/* --- Benchmarks ----------------------------------------------------------------------------- */

static struct side side_of(const struct benchmark *benchmark)
{
    struct side side = {malloc((benchmark->run_count + 1) * sizeof *side.draws),
                        benchmark->run_count};
    if (side.draws && side.count)
        memcpy(side.draws, benchmark->draws, side.count * sizeof *side.draws);
    return side;
}

static void add_costs(struct rows *rows, const struct benchmarks *published,
                      const struct benchmarks *here)
{
    bool comparable = published && here && !conditions_bar(published->about, here->about);
    for (size_t i = 0; published && here && i < published->count; i++) {
        const struct benchmark *was = &published->all[i], *is = benchmarks_same(here, was);
        if (is && was->run_count && is->run_count && was->unit == is->unit)
            add(rows, &(struct place){.what = was->name}, side_of(was), side_of(is), 0, comparable);
    }
}

/* --- Pairs ---------------------------------------------------------------------------------- */

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

/* How far the runs, of which there are any, resolve their bytes, on average; 0: it is not known. */
static double within(const struct measured *measured)
{
    double sum = 0;
    for (size_t i = 0; i < measured->run_count; i++)
        sum += isnan(measured->runs[i].bytes.within) ? 0 : measured->runs[i].bytes.within;
    return sum / (double)measured->run_count;
}

/* Over requests, of all runs; its range, which has no width where the count is the same in all. */
static void count_over(struct confirm_row *row, const struct measured *was,
                       const struct measured *is, size_t figure)
{
    row->low = INFINITY;
    row->high = -INFINITY;
    for (size_t i = 0; i < was->run_count; i++) {
        double each = summary_at(&was->runs[i], figure) / was->runs[i].requests;
        row->low = fmin(row->low, each);
        row->high = fmax(row->high, each);
    }
    row->published = summary_mean(was, figure, NULL) / summary_figure(was, requests, NULL);
    row->here = summary_mean(is, figure, NULL) / summary_figure(is, requests, NULL);
}

/* least: what is no more off than that is the same; else a count is exact, and nothing near to it is it. */
static void add_count(struct rows *rows, const struct place *place, const struct measured *was,
                      const struct measured *is, size_t figure, double least, bool comparable)
{
    struct confirm_row *row = next_row(rows, place);
    if (!row)
        return;
    count_over(row, was, is, figure);
    bool exact = row->low == row->high;
    row->low -= least;
    row->high += least;
    row->confirmed = !comparable ? CONFIRMED_NOT_COMPARABLE : judge(row, 0);
    if (exact && row->confirmed == CONFIRMED_CLOSE)
        row->confirmed = CONFIRMED_MISSED;
}

/* Of each kind that the pair is told by: of plain C handles, requests in flight, descriptors, threads. */
static void add_counts(struct rows *rows, const struct measured_pair *was, enum variant v,
                       const struct measured *is, bool comparable)
{
    static const double told = 0.0005; /* the process has a descriptor or two of its own */
    char kind_words[LEFT_KIND], what[LEFT_KIND + 32];
    const struct measured *measured = &was->variants[v];
    enum grows grows = summary_grows(was);
    struct place place = {was->id, v, what};
    if (grows == GROWS_TASKS || grows == GROWS_TIMERS) {
        bool timers = grows == GROWS_TIMERS;
        place.what = timers ? "timers held a request" : "tasks left a request";
        add_count(rows, &place, measured, is,
                  timers ? offsetof(struct run_figures, timers_held)
                         : offsetof(struct run_figures, tasks_left),
                  0, comparable);
    }
    for (int kind = 0; kind < LEFT_KINDS; kind++)
        if (left_is_told(was, kind)) {
            snprintf(what, sizeof what, "%s left a request",
                     left_kind_words(kind_words, kind, false));
            add_count(rows, &place, measured, is, summary_left(kind), told, comparable);
        }
}

static void add_pair(struct rows *rows, const struct measured_pair *was,
                     const struct measured_pair *is)
{
    bool comparable = conditions_same_load(&was->settings, &is->settings);
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct measured *a = &was->variants[v], *b = &is->variants[v];
        if (!a->run_count || !b->run_count)
            continue;
        add_counts(rows, was, v, b, comparable);
        add(rows, &(struct place){was->id, v, "bytes a request"}, bytes_of(a), bytes_of(b),
            within(a) + within(b), comparable);
    }
}

/* --- The whole ------------------------------------------------------------------------------ */

/* By the second in which it began, and by its seed, where it has one. */
bool confirm_same_measurement(const struct summary *a, const struct summary *b)
{
    static const char *const names[] = {"time", "seed", "command", "machine"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *x = json_object_get(a->about, names[i]);
        const json_t *y = json_object_get(b->about, names[i]);
        if (x != y && !(x && y && json_equal(x, y)))
            return false;
    }
    return true;
}

struct confirmation *confirm(const struct summary *published, const struct summary *here)
{
    struct rows rows = {calloc(1, sizeof *rows.to), false};
    if (!rows.to)
        return NULL;
    for (size_t i = 0; i < published->pair_count; i++) {
        const struct measured_pair *was = &published->pairs[i], *is = summary_pair(here, was->id);
        if (is)
            add_pair(&rows, was, is);
    }
    add_costs(&rows, published->benchmarks, here->benchmarks);
    add_costs(&rows, published->versus, here->versus);
    if (!rows.failed)
        return rows.to;
    confirmation_free(rows.to);
    return NULL;
}
