#include "page/plot_bystander.h"
#include "page/axis.h"
#include "page/decades.h"
#include "record/spread.h"
#include "result/bystander.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char plot_bystander_id[] = "bystander";

/* On a logarithmic axis 0 has a place of its own, left of the others. */
static const double place_of_none = 100;

static const struct {
    const char *name, *colour, *dashes;
} curves[BESIDES] = {
    [BESIDE_WAITING] = {"wait", "#0072b2", "1"},
    [BESIDE_TICKING] = {"wait, and\\na ticker each", "#009e73", "(2,3)"},
    [BESIDE_POLLING] = {"poll", "#8f4a76", "(9,4)"},
    [BESIDE_BUSY] = {"yield", "#d55e00", "1"},
};

/* Of all kinds, beside n of them. */
static struct spread p99_of(const struct bystander *bystander, enum beside beside, double n)
{
    double *values = calloc(bystander->count + 1, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; values && i < bystander->count; i++) {
        const struct bystander_point *at = bystander_at(&bystander->rows[i], n);
        if (bystander->rows[i].beside == beside && at)
            values[count++] = at->p99;
    }
    struct spread spread = spread_of(values, count);
    free(values);
    return spread;
}

/* --- Which n there are ---------------------------------------------------------------------- */

struct numbers {
    size_t count;
    double all[4 * BYSTANDER_POINTS], least, greatest; /* of p99, over all */
};

static void add_number(struct numbers *numbers, double n)
{
    size_t at = numbers->count;
    for (size_t i = 0; i < numbers->count; i++)
        if (numbers->all[i] == n)
            return;
    if (numbers->count == sizeof numbers->all / sizeof *numbers->all)
        return;
    for (; at > 0 && numbers->all[at - 1] > n; at--)
        numbers->all[at] = numbers->all[at - 1];
    numbers->all[at] = n;
    numbers->count++;
}

static struct numbers numbers_of(const struct bystander *bystander)
{
    struct numbers numbers = {.least = INFINITY, .greatest = 0};
    for (size_t i = 0; i < bystander->count; i++)
        for (size_t k = 0; k < bystander->rows[i].count; k++) {
            const struct bystander_point *at = &bystander->rows[i].points[k];
            if (at->n > 0 && at->n < place_of_none)
                continue; /* there is no room for it */
            add_number(&numbers, at->n);
            numbers.least = fmin(numbers.least, at->p99);
            numbers.greatest = fmax(numbers.greatest, at->p99);
        }
    return numbers;
}

static double place(double n)
{
    return n > 0 ? n : place_of_none;
}

/* --- The script ----------------------------------------------------------------------------- */

static void write_curve(FILE *out, const struct bystander *bystander, const struct numbers *numbers,
                        enum beside beside)
{
    fprintf(out, "$curve%d << END\n", (int)beside);
    for (size_t i = 0; i < numbers->count; i++) {
        struct spread p99 = p99_of(bystander, beside, numbers->all[i]);
        if (!isnan(p99.median))
            fprintf(out, "%.6g %.6g\n", place(numbers->all[i]), p99.median);
    }
    fputs("END\n", out);
    for (size_t i = 0; i < numbers->count; i++) {
        struct spread p99 = p99_of(bystander, beside, numbers->all[i]);
        if (p99.most > p99.least)
            fprintf(out,
                    "set arrow from %.6g,%.6g to %.6g,%.6g nohead linewidth 1.5 linecolor rgb "
                    "\"%s\"\n",
                    place(numbers->all[i]), p99.least, place(numbers->all[i]), p99.most,
                    curves[beside].colour);
    }
}

/* Where each curve ends, from below; their names stand there, kept apart. */
static void write_names(FILE *out, const struct bystander *bystander, const struct numbers *numbers,
                        double low, double high)
{
    double last = -1, value[BESIDES];
    bool done[BESIDES] = {false};
    for (enum beside beside = 0; beside < BESIDES; beside++)
        value[beside] = p99_of(bystander, beside, numbers->all[numbers->count - 1]).median;
    for (;;) {
        int next = -1;
        for (int i = 0; i < BESIDES; i++)
            if (!done[i] && !isnan(value[i]) && (next < 0 || value[i] < value[next]))
                next = i;
        if (next < 0)
            return;
        done[next] = true;
        double at = log10(value[next] / low) / log10(high / low);
        at = last < 0 || at > last + 0.13 ? at : last + 0.13;
        last = at + (strchr(curves[next].name, '\\') ? 0.06 : 0);
        fprintf(out, "set label \"%s\" at graph 1.03,%.4f left textcolor rgb \"%s\" front\n",
                curves[next].name, last, curves[next].colour);
    }
}

static void write_axes(FILE *out, const struct numbers *numbers, double low, double high)
{
    char label[AXIS_LABEL];
    fputs("set logscale xy\nset rmargin at screen 0.75\nset xtics (", out);
    for (size_t i = 0; i < numbers->count; i++)
        fprintf(out, "%s\"%s\" %.6g", i ? ", " : "", axis_label(label, numbers->all[i]),
                place(numbers->all[i]));
    fputs(")\n", out);
    fprintf(out, "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\n", 0.7 * place_of_none,
            1.4 * place(numbers->all[numbers->count - 1]), 0.97 * low, 1.03 * high);
    decades_write(out, "ytics", low, high, decades_time);
    fputs("set label \"99th percentile of a request's latency\" at screen 0.02,0.94 left textcolor "
          "rgb \"#333333\"\nset label \"leaked tasks beside it\" at graph 0.5,screen 0.04 center "
          "textcolor rgb \"#333333\"\n",
          out);
}

static void write_drawing(FILE *out, const struct bystander *bystander,
                          const struct numbers *numbers)
{
    double low = pow(10, floor(log10(numbers->least)));
    double high = fmax(pow(10, ceil(log10(numbers->greatest * 1.05))), 100 * low);
    const char *separator = "plot ";
    write_axes(out, numbers, low, high);
    write_names(out, bystander, numbers, low, high);
    for (enum beside beside = 0; beside < BESIDES; beside++)
        if (bystander_any(bystander, beside))
            write_curve(out, bystander, numbers, beside);
    for (enum beside beside = 0; beside < BESIDES; beside++)
        if (bystander_any(bystander, beside)) {
            fprintf(out, "%s$curve%d with lines linewidth 2 linecolor rgb \"%s\" dashtype %s",
                    separator, (int)beside, curves[beside].colour, curves[beside].dashes);
            separator = ", ";
        }
    putc('\n', out);
}

static char *script_of(const struct bystander *bystander, const struct numbers *numbers)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (out)
        write_drawing(out, bystander, numbers);
    return stream_close(out, &held);
}

/* Beside none something must have been measured, or there is nothing to compare with. */
struct figure *plot_bystander_planned(const struct benchmarks *benchmarks, size_t *count)
{
    struct figure *figures = calloc(2, sizeof *figures);
    struct bystander *bystander = bystander_of(benchmarks);
    bool done = figures && bystander;
    *count = 0;
    if (done && !isnan(bystander->p99)) {
        struct numbers numbers = numbers_of(bystander);
        figures[(*count)++] = (struct figure){.id = strdup(plot_bystander_id),
                                              .plot = PLOT_LATENCY,
                                              .words = bystander_words(bystander),
                                              .script = script_of(bystander, &numbers)};
        done = figures->id && figures->words && figures->script;
    }
    bystander_free(bystander);
    if (done)
        return figures;
    draw_free(figures, figures ? *count : 0);
    *count = 0;
    return NULL;
}
