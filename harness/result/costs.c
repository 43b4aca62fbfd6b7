#include "result/costs.h"
#include "probe/figures.h"
#include "probe/levels.h"
#include "result/bystander.h"
#include "result/self_check.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *cost_text(char text[PHRASE], enum unit unit, double value)
{
    char figure[FIGURE];
    if (unit == UNIT_TIME)
        figure_cost(figure, value);
    else if (unit == UNIT_BYTES)
        figure_count(figure, llround(fmin(value, 1e15)));
    else
        snprintf(figure, sizeof figure, "%.2f", value);
    snprintf(text, PHRASE, "%s%s", figure, unit == UNIT_BYTES ? " B" : "");
    return text;
}

/* Never -0.00, nor so long that there is no room for it. */
static double hundredths(double exponent)
{
    return round(100 * fmax(fmin(exponent, 999), -999)) / 100 + 0.0;
}

const char *cost_fit(char text[PHRASE], const struct bench_family *family)
{
    const struct bench_fit *fit = &family->fit;
    char coefficient[FIGURE];
    text[0] = 0;
    figure_cost(coefficient, fit->coefficient);
    if (fit->holds && fit->order == ORDER_1)
        snprintf(text, PHRASE, "constant: %s", coefficient);
    else if (fit->holds)
        snprintf(text, PHRASE, "%s x %s", coefficient, order_text(fit->order));
    else if (fit->points)
        snprintf(text, PHRASE, "N^%.2f", hundredths(fit->exponent));
    return text;
}

/* --- Of one --------------------------------------------------------------------------------- */

enum { UNITS_LEAST = 5 };

/* As far as it is replicated; without a mean where it is not measured, or there is no memory. */
static struct group group_of_one(const struct benchmark *one)
{
    struct group group = {.mean = NAN, .error = NAN};
    struct draw *draws = malloc((one->run_count + 1) * sizeof *draws);
    if (draws && one->run_count && one->draws && one->cost.least > 0) {
        memcpy(draws, one->draws, one->run_count * sizeof *draws);
        enum level level = level_of(draws, one->run_count);
        group = group_of(draws, one->run_count, true, level);
    }
    free(draws);
    return group;
}

/* Half of the 95 % interval of its mean, as a share of it; NAN: not known. */
static double interval_of(const struct benchmark *one)
{
    struct group group = group_of_one(one);
    if (isnan(group.error) || !(group.freedom > 0))
        return NAN;
    return expm1(gsl_cdf_tdist_Pinv(0.975, group.freedom) * sqrt(group.error));
}

const char *cost_fit_explained(void)
{
    return "Where there are several N: the cost at the least and at the greatest, and how it goes "
           "with "
           "N. N^0.34 (0.10 to 0.58) is the slope of the logarithms of cost and N, one point an N, "
           "with its 95 % "
           "interval by t. Constant is what has 0 in that interval, and varies less than twofold "
           "from "
           "the cheapest N to the dearest; rms is how far the points lie from it. With three "
           "points or four the "
           "interval is wide, and does not show that a cost stays the same beyond these N.";
}

const char *cost_basis(char text[PHRASE], const struct benchmarks *benchmarks)
{
    size_t fewest = SIZE_MAX, most = 0;
    for (size_t i = 0; i < benchmarks->count; i++) {
        size_t runs = benchmarks->all[i].cost.runs;
        fewest = runs && runs < fewest ? runs : fewest;
        most = runs > most ? runs : most;
    }
    if (most <= 1)
        snprintf(text, PHRASE, "one run each, so how far they spread is not known");
    else if (fewest == most)
        snprintf(text, PHRASE, "medians of %zu runs", most);
    else
        snprintf(text, PHRASE, "medians of %zu to %zu runs", fewest, most);
    return text;
}

/* --- Intervals ------------------------------------------------------------------------------ */

/* What the least replicated row of them all has; LEVEL_REPETITIONS where one has too few processes. */
static enum level level_of_all(const struct benchmarks *benchmarks)
{
    enum level least = LEVEL_NONE;
    for (size_t i = 0; i < benchmarks->count; i++) {
        const struct benchmark *one = &benchmarks->all[i];
        if (one->failure)
            continue;
        struct group group = group_of_one(one);
        enum level level = group_units(&group) < UNITS_LEAST ? LEVEL_REPETITIONS : group.level;
        least = least == LEVEL_NONE || level < least ? level : least;
    }
    return least;
}

static bool has_intervals(const struct benchmarks *benchmarks)
{
    return level_of_all(benchmarks) >= LEVEL_INVOCATIONS;
}

const char *cost_spread_head(const struct benchmarks *benchmarks)
{
    return has_intervals(benchmarks) ? "95 % interval" : "spread";
}

const char *cost_check(char text[COST_CHECK], const struct benchmarks *benchmarks)
{
    const json_t *context = json_object_get(benchmarks->report, "context");
    const json_t *campaign = json_object_get(context, "campaign");
    struct self_check check;
    char found[SELF_CHECK_TEXT];
    text[0] = 0;
    if (!self_check_read(json_object_get(campaign, "self_check"), &check))
        return text;
    enum level level = level_of_all(benchmarks);
    if (level >= LEVEL_INVOCATIONS)
        snprintf(text, COST_CHECK, "Intervals are of the mean, and cover %s on this machine. %s.",
                 level_text(level), self_check_text(found, &check));
    return text;
}

bool cost_is_checked(const struct benchmarks *benchmarks)
{
    char text[COST_CHECK];
    return *cost_check(text, benchmarks);
}

/* --- Families ------------------------------------------------------------------------------- */

/* The members that went well, from the least N to the greatest, and all their spread. */
struct members {
    const struct benchmark *least, *greatest, *failed;
    double spread, deviation, interval; /* shares of the cost; NAN: not known */
};

static void add_member(struct members *members, const struct benchmark *b)
{
    const struct bench_cost *cost = &b->cost;
    if (b->failure && !members->failed)
        members->failed = b;
    if (isnan(cost->median))
        return;
    if (!members->least || b->n < members->least->n)
        members->least = b;
    if (!members->greatest || b->n > members->greatest->n)
        members->greatest = b;
    members->interval = fmax(members->interval, interval_of(b));
    if (cost->runs > 1 && cost->median > 0) {
        members->spread = fmax(members->spread, (cost->most - cost->least) / cost->median);
        members->deviation = fmax(members->deviation, cost->deviation / cost->median);
    }
}

static struct members members_of(const struct benchmarks *benchmarks, size_t family)
{
    struct members members = {.spread = NAN, .deviation = NAN, .interval = NAN};
    for (size_t i = 0; i < benchmarks->count; i++)
        if (benchmarks->all[i].family == family)
            add_member(&members, &benchmarks->all[i]);
    return members;
}

static void say_n(char text[PHRASE], const struct members *members)
{
    char least[FIGURE], greatest[FIGURE];
    text[0] = 0;
    if (!members->least || isnan(members->least->n))
        return;
    figure_count(least, llround(fmin(members->least->n, 1e15)));
    figure_count(greatest, llround(fmin(members->greatest->n, 1e15)));
    if (members->least == members->greatest)
        snprintf(text, PHRASE, "%s", least);
    else
        snprintf(text, PHRASE, "%s to %s", least, greatest);
}

static void say_cost(char text[PHRASE], const struct members *members)
{
    char least[PHRASE], greatest[PHRASE];
    const struct benchmark *a = members->least, *b = members->greatest;
    snprintf(text, PHRASE, "-");
    if (!a)
        return;
    cost_text(least, a->unit, a->cost.median);
    cost_text(greatest, b->unit, b->cost.median);
    if (a == b)
        snprintf(text, PHRASE, "%s", least);
    else
        snprintf(text, PHRASE, "%.40s to %.40s", least, greatest);
}

/* A report of aggregates has the standard deviation, and not the runs. */
static void say_spread(char text[PHRASE], const struct members *members, bool intervals)
{
    if (intervals && !isnan(members->interval))
        snprintf(text, PHRASE, "within %.1f %%", 100 * members->interval);
    else if (!isnan(members->spread))
        snprintf(text, PHRASE, "%.1f %%", 100 * members->spread);
    else if (!isnan(members->deviation))
        snprintf(text, PHRASE, "sd %.1f %%", 100 * members->deviation);
    else
        snprintf(text, PHRASE, members->least ? "one run" : "-");
}

/* What holds with how far the points are from it; and the exponent, which needs no order to hold. */
static void say_fit(char text[PHRASE], const struct bench_family *family)
{
    const struct bench_fit *fit = &family->fit;
    char what[PHRASE] = "", power[PHRASE];
    text[0] = 0;
    if (!fit->points)
        return;
    snprintf(power, PHRASE, "N^%.2f (%.2f to %.2f)", hundredths(fit->exponent),
             hundredths(fit->low), hundredths(fit->high));
    cost_fit(what, family);
    if (fit->holds)
        snprintf(text, PHRASE, "%.30s, rms %d %%; %.40s", what, (int)lround(100 * fit->rms), power);
    else
        snprintf(text, PHRASE, "not %s: %.50s", order_text(fit->order), power);
}

struct cost_row *cost_rows(const struct benchmarks *benchmarks, size_t *count)
{
    struct cost_row *rows = calloc(benchmarks->family_count + 1, sizeof *rows);
    bool intervals = has_intervals(benchmarks);
    *count = 0;
    for (size_t i = 0; rows && i < benchmarks->family_count; i++) {
        const struct bench_family *family = &benchmarks->families[i];
        struct members members = members_of(benchmarks, i);
        struct cost_row *row = &rows[*count];
        if (bystander_has(family)) /* no cost of an operation */
            continue;
        ++*count;
        row->name = family->name;
        row->failure = members.failed ? members.failed->failure : NULL;
        row->skipped = members.failed && members.failed->skipped;
        say_n(row->n, &members);
        say_cost(row->cost, &members);
        say_spread(row->spread, &members, intervals);
        say_fit(row->fit, family);
    }
    return rows;
}
