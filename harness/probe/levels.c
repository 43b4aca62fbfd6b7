#include "probe/levels.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

const char *level_text(enum level level)
{
    static const char *const texts[] = {
        [LEVEL_NONE] = "nothing",
        [LEVEL_REPETITIONS] = "repetitions in one process",
        [LEVEL_INVOCATIONS] = "new processes of the same builds",
        [LEVEL_BUILDS] = "new builds",
    };
    return texts[level];
}

/* The noisy last, else by build and invocation. */
static int by_place(const void *a, const void *b)
{
    const struct draw *x = a, *y = b;
    if (x->noisy != y->noisy)
        return x->noisy - y->noisy;
    if (x->build != y->build)
        return x->build < y->build ? -1 : 1;
    return (x->invocation > y->invocation) - (x->invocation < y->invocation);
}

static size_t without_noise(struct draw *draws, size_t count)
{
    qsort(draws, count, sizeof *draws, by_place);
    while (count && draws[count - 1].noisy)
        count--;
    return count;
}

static bool same_invocation(const struct draw *a, const struct draw *b)
{
    return a->build == b->build && a->invocation == b->invocation;
}

static bool same_build(const struct draw *a, const struct draw *b)
{
    return a->build == b->build;
}

/* The values, every fourth number or so of the array. */
enum { STRIDE = sizeof(struct draw) / sizeof(double) };

static double mean_of(const struct draw *draws, size_t count)
{
    return gsl_stats_mean(&draws->value, STRIDE, count);
}

static double variance_of(const struct draw *draws, size_t count)
{
    return gsl_stats_variance(&draws->value, STRIDE, count);
}

/* The end of what begins at `from` and is the same. */
static size_t end_of(const struct draw *draws, size_t count, size_t from,
                     bool (*same)(const struct draw *, const struct draw *))
{
    size_t end = from + 1;
    while (end < count && same(&draws[from], &draws[end]))
        end++;
    return end;
}

/* Puts the mean of each into its place; returns how many there are. */
static size_t average(struct draw *draws, size_t count,
                      bool (*same)(const struct draw *, const struct draw *))
{
    size_t kept = 0;
    for (size_t from = 0, end; from < count; from = end) {
        end = end_of(draws, count, from, same);
        struct draw mean = draws[from];
        mean.value = mean_of(&draws[from], end - from);
        draws[kept++] = mean;
    }
    return kept;
}

static size_t count_of(const struct draw *draws, size_t count,
                       bool (*same)(const struct draw *, const struct draw *))
{
    size_t found = 0;
    for (size_t from = 0; from < count; from = end_of(draws, count, from, same))
        found++;
    return found;
}

static enum level highest(size_t builds, size_t invocations, size_t draws)
{
    bool each_once = builds > 1 && invocations == builds;
    if (builds >= BUILDS_LEAST || each_once)
        return LEVEL_BUILDS;
    if (invocations > builds)
        return LEVEL_INVOCATIONS;
    return draws > 1 ? LEVEL_REPETITIONS : LEVEL_NONE;
}

enum level level_of(struct draw *draws, size_t count)
{
    count = without_noise(draws, count);
    return highest(count_of(draws, count, same_build), count_of(draws, count, same_invocation),
                   count);
}

/* --- The mean, and how sure it is --------------------------------------------------------------- */

/* The mean over builds of their means, each build alike; of their invocations' means. */
static void over_invocations(struct group *group, const struct draw *means, size_t count)
{
    double squares = 0, shares = 0, sum = 0;
    for (size_t from = 0, end; from < count; from = end) {
        end = end_of(means, count, from, same_build);
        size_t n = end - from;
        sum += mean_of(&means[from], n);
        squares += n > 1 ? variance_of(&means[from], n) * (double)(n - 1) : 0;
        shares += 1 / (double)n;
    }
    double builds = (double)group->builds;
    group->freedom = (double)count - builds;
    group->mean = sum / builds;
    group->error = squares / group->freedom * shares / (builds * builds);
}

static void over_builds(struct group *group, const struct draw *means)
{
    group->mean = mean_of(means, group->builds);
    group->error = variance_of(means, group->builds) / (double)group->builds;
    group->freedom = (double)group->builds - 1;
}

struct group group_of(struct draw *draws, size_t count, bool logs, enum level level)
{
    struct group group = {.mean = NAN, .error = NAN};
    size_t kept = without_noise(draws, count);
    group.noisy = count - kept;
    group.draws = kept;
    if (!kept)
        return group;
    for (size_t i = 0; logs && i < kept; i++)
        draws[i].value = log(draws[i].value);
    group.builds = count_of(draws, kept, same_build);
    group.invocations = average(draws, kept, same_invocation);
    group.level = highest(group.builds, group.invocations, kept);
    group.level = level < group.level ? level : group.level;
    if (group.level == LEVEL_INVOCATIONS && group.invocations > group.builds) {
        over_invocations(&group, draws, group.invocations);
        return group;
    }
    average(draws, group.invocations, same_build);
    group.mean = mean_of(draws, group.builds);
    if (group.level == LEVEL_BUILDS)
        over_builds(&group, draws);
    return group;
}

size_t group_units(const struct group *group)
{
    return group->level == LEVEL_BUILDS ? group->builds : group->invocations;
}

double group_foretells(const struct group *group, size_t units)
{
    if (isnan(group->error) || !units)
        return NAN;
    double both = group->error * (1 + (double)group_units(group) / (double)units);
    return gsl_cdf_tdist_Pinv(0.975, group->freedom) * sqrt(both);
}

/* --- Where to repeat ---------------------------------------------------------------------------- */

/* The variance within what is the same, pooled. */
static double within(const struct draw *draws, size_t count,
                     bool (*same)(const struct draw *, const struct draw *))
{
    double squares = 0, freedom = 0;
    for (size_t from = 0, end; from < count; from = end) {
        end = end_of(draws, count, from, same);
        size_t n = end - from;
        squares += n > 1 ? variance_of(&draws[from], n) * (double)(n - 1) : 0;
        freedom += (double)n - 1;
    }
    return freedom > 0 ? squares / freedom : NAN;
}

/* What a level has of its own, where it shows `seen` and the one below accounts for the rest. */
static double own(double seen, double below)
{
    return isnan(seen) || isnan(below) ? seen : fmax(seen - below, 0);
}

struct variances variances_of(struct draw *draws, size_t count)
{
    count = without_noise(draws, count);
    for (size_t i = 0; i < count; i++)
        draws[i].value = log(draws[i].value);
    struct variances v = {.repetition = within(draws, count, same_invocation)};
    size_t invocations = average(draws, count, same_invocation);
    double repetitions = (double)count / (double)invocations;
    double seen = within(draws, invocations, same_build);
    v.invocation = own(seen, v.repetition / repetitions);
    size_t builds = average(draws, invocations, same_build);
    double each = (double)invocations / (double)builds;
    v.build = builds > 1 ? own(variance_of(draws, builds), seen / each) : NAN;
    return v;
}

int levels_optimum(double variance, double variance_above, double cost, double cost_above, int most)
{
    if (!(variance > 0) || !(cost > 0) || isnan(cost_above) || isnan(variance_above))
        return 1;
    /* Infinitely many where nothing varies above. */
    double optimum = ceil(sqrt(cost_above / cost * variance / variance_above));
    return optimum < 1 ? 1 : optimum > most ? most : (int)optimum;
}
