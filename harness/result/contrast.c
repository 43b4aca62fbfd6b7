#include "result/contrast.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

const double contrast_margin = 0.03, contrast_alpha = 0.05;

const char *change_text(enum change change)
{
    static const char *const texts[] = {
        [CHANGE_BETTER] = "better",         [CHANGE_WORSE] = "worse",
        [CHANGE_SAME] = "the same",         [CHANGE_UNKNOWN] = "not known",
        [CHANGE_ABSENT] = "not to be said", [CHANGE_ONE_PROCESS] = "one process a side",
        [CHANGE_NOISY] = "too noisy",       [CHANGE_NOT_COMPARABLE] = "not comparable",
    };
    return texts[change];
}

/* --- One row ------------------------------------------------------------------------------------ */

static bool all_above(struct side side, double least)
{
    for (size_t i = 0; i < side.count; i++)
        if (!(side.draws[i].value > least))
            return false;
    return true;
}

static double mean_of(struct side side)
{
    double sum = 0;
    for (size_t i = 0; i < side.count; i++)
        sum += side.draws[i].value;
    return side.count ? sum / (double)side.count : NAN;
}

static double margin_of(struct side before, struct side after, bool logs, double least)
{
    if (logs)
        return log1p(contrast_margin);
    return fmax(least, contrast_margin * fmax(fabs(mean_of(before)), fabs(mean_of(after))));
}

static bool mostly_noisy(const struct group *group)
{
    return group->noisy > group->draws;
}

/* Exact figures have no error: then a difference is one, however small, and the margin alone judges. */
static void take_chances(struct contrast *c)
{
    double off = fabs(c->value);
    if (c->error > 0) {
        double half = c->error * gsl_cdf_tdist_Pinv(1 - contrast_alpha / 2, c->freedom);
        c->low = c->value - half;
        c->high = c->value + half;
        c->differs = 2 * gsl_cdf_tdist_Q(off / c->error, c->freedom);
        c->outside = gsl_cdf_tdist_Q((c->margin - off) / c->error, c->freedom);
    } else {
        c->low = c->high = c->value;
        c->differs = off > 0 ? 0 : 1;
        c->outside = off < c->margin ? 0 : 1;
    }
}

void contrast_judge(struct contrast *c, double adjusted)
{
    if (isnan(c->differs))
        return;
    if (c->outside <= contrast_alpha / 2) /* then the 95 % interval lies within the margin */
        c->change = CHANGE_SAME;
    else if (adjusted <= contrast_alpha)
        c->change = c->value < 0 ? CHANGE_BETTER : CHANGE_WORSE;
    else
        c->change = CHANGE_UNKNOWN;
}

static struct contrast none(bool logs, double value, enum change change)
{
    return (struct contrast){.logs = logs,
                             .value = value,
                             .low = NAN,
                             .high = NAN,
                             .margin = NAN,
                             .differs = NAN,
                             .outside = NAN,
                             .error = NAN,
                             .freedom = NAN,
                             .change = change};
}

void contrast_void(struct contrast *row, enum change change)
{
    *row = none(row->logs, row->value, change);
}

/* Welch's error and degrees of freedom. */
static void take_errors(struct contrast *c, const struct group *a, const struct group *b)
{
    double sum = a->error + b->error;
    c->error = sqrt(sum);
    c->freedom =
        sum > 0 ? sum * sum / (a->error * a->error / a->freedom + b->error * b->error / b->freedom)
                : a->freedom + b->freedom;
}

struct contrast contrast_at(struct side before, struct side after, double least, enum level level)
{
    bool logs = all_above(before, least) && all_above(after, least);
    double margin = margin_of(before, after, logs, least);
    enum level a_level = level_of(before.draws, before.count);
    enum level b_level = level_of(after.draws, after.count);
    level = a_level < level ? a_level : level;
    level = b_level < level ? b_level : level;
    struct group a = group_of(before.draws, before.count, logs, level);
    struct group b = group_of(after.draws, after.count, logs, level);
    if (!before.count || !after.count)
        return none(logs, NAN, CHANGE_ABSENT);
    if (mostly_noisy(&a) || mostly_noisy(&b))
        return none(logs, b.mean - a.mean, CHANGE_NOISY);
    struct contrast c = none(logs, b.mean - a.mean, CHANGE_ONE_PROCESS);
    if (isnan(a.error) || isnan(b.error))
        return c;
    c.margin = margin;
    c.level = level;
    c.before = group_units(&a);
    c.after = group_units(&b);
    take_errors(&c, &a, &b);
    take_chances(&c);
    contrast_judge(&c, c.differs);
    return c;
}

struct contrast contrast_of(struct side before, struct side after, double least)
{
    return contrast_at(before, after, least, LEVEL_BUILDS);
}

/* --- Side by side ------------------------------------------------------------------------------- */

static int by_invocation(const void *a, const void *b)
{
    const struct draw *x = a, *y = b;
    return (x->invocation > y->invocation) - (x->invocation < y->invocation);
}

/* The mean of what is of this invocation; *from goes to what follows it. */
static struct draw next_of(struct side side, size_t *from)
{
    struct draw mean = side.draws[*from];
    double sum = 0;
    size_t count = 0;
    for (; *from < side.count && side.draws[*from].invocation == mean.invocation; ++*from) {
        sum += side.draws[*from].value;
        mean.noisy |= side.draws[*from].noisy;
        count++;
    }
    mean.value = sum / (double)count;
    return mean;
}

/* The differences, into the draws of `before`; how many. */
static size_t differences(struct side before, struct side after)
{
    size_t a = 0, b = 0, count = 0;
    qsort(before.draws, before.count, sizeof *before.draws, by_invocation);
    qsort(after.draws, after.count, sizeof *after.draws, by_invocation);
    while (a < before.count && b < after.count) {
        int order = by_invocation(&before.draws[a], &after.draws[b]);
        if (order < 0)
            next_of(before, &a);
        else if (order > 0)
            next_of(after, &b);
        else {
            struct draw was = next_of(before, &a), is = next_of(after, &b);
            was.value = is.value - was.value;
            was.noisy |= is.noisy;
            before.draws[count++] = was;
        }
    }
    return count;
}

static void take_logs(struct side side)
{
    for (size_t i = 0; i < side.count; i++)
        side.draws[i].value = log(side.draws[i].value);
}

struct contrast contrast_paired(struct side before, struct side after, double least)
{
    bool logs = all_above(before, least) && all_above(after, least);
    double margin = margin_of(before, after, logs, least);
    if (logs) {
        take_logs(before);
        take_logs(after);
    }
    size_t count = differences(before, after);
    struct group group = group_of(before.draws, count, false, LEVEL_BUILDS);
    if (!count || mostly_noisy(&group))
        return none(logs, group.mean, count ? CHANGE_NOISY : CHANGE_ABSENT);
    struct contrast c = none(logs, group.mean, CHANGE_ONE_PROCESS);
    c.paired = true;
    if (isnan(group.error))
        return c;
    c.margin = margin;
    c.level = group.level;
    c.before = c.after = group_units(&group);
    c.error = sqrt(group.error);
    c.freedom = group.freedom;
    take_chances(&c);
    contrast_judge(&c, c.differs);
    return c;
}

void contrast_shift(struct contrast *row, double by)
{
    if (isnan(row->differs))
        return;
    row->value += by;
    take_chances(row);
}

/* --- Many rows ---------------------------------------------------------------------------------- */

bool contrast_holm(const double *p, size_t count, double *adjusted)
{
    size_t *order = calloc(count + 1, sizeof *order), known = 0;
    double *values = calloc(count + 1, sizeof *values);
    bool done = order && values;
    for (size_t i = 0; done && i < count; i++) {
        adjusted[i] = p[i];
        known += !isnan(p[i]);
        values[i] = isnan(p[i]) ? INFINITY : p[i]; /* behind all others */
    }
    if (done)
        gsl_sort_index(order, values, 1, count);
    double most = 0;
    for (size_t k = 0; done && k < known; k++) {
        most = fmax(most, fmin(1, (double)(known - k) * p[order[k]]));
        adjusted[order[k]] = most;
    }
    free(order);
    free(values);
    return done;
}
