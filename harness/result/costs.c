#include "result/costs.h"
#include "probe/figures.h"
#include "result/bystander.h"
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

/* --- Families ------------------------------------------------------------------------------- */

/* The members that went well, from the least N to the greatest, and all their spread. */
struct members {
    const struct benchmark *least, *greatest, *failed;
    double spread, deviation; /* shares of the cost; NAN: not known */
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
    if (cost->runs > 1 && cost->median > 0) {
        members->spread = fmax(members->spread, (cost->most - cost->least) / cost->median);
        members->deviation = fmax(members->deviation, cost->deviation / cost->median);
    }
}

static struct members members_of(const struct benchmarks *benchmarks, size_t family)
{
    struct members members = {.spread = NAN, .deviation = NAN};
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
static void say_spread(char text[PHRASE], const struct members *members)
{
    if (!isnan(members->spread))
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
        say_spread(row->spread, &members);
        say_fit(row->fit, family);
    }
    return rows;
}
