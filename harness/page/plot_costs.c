#include "page/plot_costs.h"
#include "page/assets.h"
#include "page/axis.h"
#include "result/costs.h"
#include "result/figures.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIT_POINTS = 24, DECADES_MOST = 18, NAME_DRAWN = 48 };

/* --- What is drawn -------------------------------------------------------------------------- */

/* One family, or a pair's two. */
enum curve { CURVE_LEAK, CURVE_FIX, CURVES };
static const char *const ends[CURVES] = {"/leak", "/fix"};
static const char *const colours[CURVES] = {"#d55e00", "#0072b2"};

struct drawing {
    const struct benchmarks *benchmarks;
    const struct bench_family *curve[CURVES]; /* NULL: none; what is no pair is drawn as a fix is */
    int name_length;                          /* of either's name, without its end */
};

static const struct bench_family *family_of(const struct benchmark *b, const struct benchmarks *all)
{
    return &all->families[b->family];
}

static bool is_point(const struct benchmark *b)
{
    return b->run_count && !b->failure && b->n > 0 && b->unit == UNIT_TIME &&
           spread_of(b->runs, b->run_count).least > 0;
}

static bool is_drawn(const struct benchmarks *all, const struct bench_family *family)
{
    size_t points = 0;
    for (size_t i = 0; family && i < all->count; i++)
        points += family_of(&all->all[i], all) == family && is_point(&all->all[i]);
    return points > 1;
}

/* Where its name ends so. */
static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

static const struct bench_family *other_half(const struct benchmarks *all, const char *name,
                                             enum curve curve)
{
    size_t stem = strlen(name) - strlen(ends[!curve]);
    for (size_t i = 0; i < all->family_count; i++)
        if (strncmp(all->families[i].name, name, stem) == 0 &&
            strcmp(all->families[i].name + stem, ends[curve]) == 0)
            return &all->families[i];
    return NULL;
}

/* False where it is in another family's drawing, or in none. */
static bool plan(struct drawing *drawing, const struct benchmarks *all, size_t number)
{
    const struct bench_family *family = &all->families[number];
    enum curve curve = ends_in(family->name, ends[CURVE_LEAK]) ? CURVE_LEAK : CURVE_FIX;
    bool half = ends_in(family->name, ends[curve]);
    const struct bench_family *other = half ? other_half(all, family->name, !curve) : NULL;
    other = is_drawn(all, other) ? other : NULL;
    if (!is_drawn(all, family) || (other && curve == CURVE_FIX))
        return false;
    *drawing = (struct drawing){.benchmarks = all};
    drawing->curve[curve] = family;
    drawing->curve[!curve] = other;
    drawing->name_length = (int)(strlen(family->name) - (other ? strlen(ends[curve]) : 0));
    return true;
}

static const char *name_of(const struct drawing *drawing)
{
    return drawing->curve[drawing->curve[CURVE_LEAK] ? CURVE_LEAK : CURVE_FIX]->name;
}

/* --- Axes ----------------------------------------------------------------------------------- */

struct extent {
    double least, greatest;
};

static void widen(struct extent *extent, double least, double greatest)
{
    extent->least = fmin(extent->least, least);
    extent->greatest = fmax(extent->greatest, greatest);
}

#define FOR_EACH_POINT(b, drawing, drawn)                                                          \
    for (const struct benchmark *b = (drawing)->benchmarks->all,                                   \
                                *b##_end = b + (drawing)->benchmarks->count;                       \
         b < b##_end; b++)                                                                         \
        if (is_point(b) && family_of(b, (drawing)->benchmarks) == (drawn))

static void extents(const struct drawing *drawing, struct extent *x, struct extent *y)
{
    *x = *y = (struct extent){INFINITY, 0};
    for (enum curve curve = 0; curve < CURVES; curve++)
        FOR_EACH_POINT(b, drawing, drawing->curve[curve])
        {
            struct spread spread = spread_of(b->runs, b->run_count);
            widen(x, b->n, b->n);
            widen(y, spread.least, spread.most);
        }
    /* Whole decades, so that a slope looks alike in all; and two at least. */
    y->least = pow(10, floor(log10(y->least)));
    y->greatest = fmax(pow(10, ceil(log10(y->greatest * 1.05))), 100 * y->least);
}

static void write_decades(FILE *out, const char *name, const struct extent *extent,
                          const char *(*label)(char *text, double value))
{
    const char *separator = "";
    int first = (int)ceil(log10(extent->least) - 1e-9);
    int step = log10(extent->greatest / extent->least) > 6 ? 2 : 1;
    fprintf(out, "set %s (", name);
    for (int i = 0; i < DECADES_MOST && pow(10, first + i) <= extent->greatest * 1.001; i += step) {
        char text[FIGURE];
        fprintf(out, "%s\"%s\" 1e%d", separator, label(text, pow(10, first + i)), first + i);
        separator = ", ";
    }
    fputs(")\n", out);
}

/* 10 ns, 1 us: a decade has no other digits. */
static const char *time_label(char *text, double value)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    int power = (int)lround(log10(value));
    int unit = power < 3 ? 0 : power < 12 ? power / 3 : 3;
    snprintf(text, FIGURE, "%.4g %s", value / pow(10, 3 * unit), units[unit]);
    return text;
}

static const char *count_label(char *text, double value)
{
    return axis_label(text, value);
}

/* --- The script ----------------------------------------------------------------------------- */

/* The line: the fit, or, of what has none, from point to point. */
static void write_line(FILE *out, const struct drawing *drawing, enum curve curve,
                       const struct extent *x)
{
    const struct bench_family *family = drawing->curve[curve];
    fprintf(out, "$curve%d << END\n", (int)curve);
    for (int i = 0; family->order && i <= FIT_POINTS; i++) {
        double n = x->least * pow(x->greatest / x->least, (double)i / FIT_POINTS);
        fprintf(out, "%.6g %.6g\n", n, bench_fit(family, n));
    }
    if (!family->order)
        FOR_EACH_POINT(b, drawing, family)
    fprintf(out, "%.6g %.6g\n", b->n, spread_of(b->runs, b->run_count).median);
    fputs("END\n", out);
}

/* A mark at the median, square for a leak and on its corner for all else; a stroke from the least to
 * the most. Objects: gnuplot's own points would be kept as markers that svg_tidy() throws away. */
static void write_marks(FILE *out, const struct drawing *drawing, enum curve curve,
                        const struct extent *x, const struct extent *y)
{
    double wide = pow(x->greatest / x->least, 0.011), high = pow(y->greatest / y->least, 0.017);
    if (curve == CURVE_FIX) {
        wide = pow(wide, 1.35);
        high = pow(high, 1.35);
    }
    FOR_EACH_POINT(b, drawing, drawing->curve[curve])
    {
        struct spread at = spread_of(b->runs, b->run_count);
        double left = b->n / wide, right = b->n * wide;
        double low = at.median / high, top = at.median * high;
        if (b->run_count > 1)
            fprintf(out, "set arrow from %.6g,%.6g to %.6g,%.6g nohead linestyle %d linewidth 1\n",
                    b->n, at.least, b->n, at.most, curve == CURVE_LEAK ? 3 : 4);
        if (curve == CURVE_LEAK)
            fprintf(out, "set object polygon from %.6g,%.6g to %.6g,%.6g to %.6g,%.6g to %.6g,%.6g",
                    left, low, right, low, right, top, left, top);
        else
            fprintf(out, "set object polygon from %.6g,%.6g to %.6g,%.6g to %.6g,%.6g to %.6g,%.6g",
                    b->n, low, right, at.median, b->n, top, left, at.median);
        fprintf(out, " front fillcolor rgb \"%s\" fillstyle solid noborder\n", colours[curve]);
    }
}

/* At its greatest N. */
static double end_of(const struct drawing *drawing, enum curve curve)
{
    double n = 0, value = NAN;
    FOR_EACH_POINT(b, drawing, drawing->curve[curve])
    if (b->n > n) {
        n = b->n;
        value = spread_of(b->runs, b->run_count).median;
    }
    return value;
}

/* Beside the last points, kept apart. */
static void write_names(FILE *out, const struct drawing *drawing, const struct extent *y)
{
    double value[CURVES], range = log10(y->greatest / y->least);
    for (enum curve curve = 0; curve < CURVES; curve++)
        value[curve] = log10(end_of(drawing, curve) / y->least) / range;
    double gap = value[CURVE_LEAK] - value[CURVE_FIX];
    static const double apart = 0.2;
    if (fabs(gap) < apart) {
        double middle = (value[CURVE_LEAK] + value[CURVE_FIX]) / 2;
        value[CURVE_LEAK] = middle + (gap < 0 ? -apart : apart) / 2;
        value[CURVE_FIX] = middle - (gap < 0 ? -apart : apart) / 2;
    }
    bool both = drawing->curve[CURVE_LEAK] && drawing->curve[CURVE_FIX];
    for (enum curve curve = 0; curve < CURVES; curve++) {
        char fit[PHRASE];
        if (!drawing->curve[curve])
            continue;
        cost_fit(fit, drawing->curve[curve]);
        fprintf(out, "set label \"%s%s%s\" at graph 1.03,%.4f left textcolor rgb \"%s\" front\n",
                both ? ends[curve] + 1 : "", both && *fit ? "\\n" : "", fit,
                fmin(fmax(value[curve], 0.06), 0.94) + (both ? 0.035 : 0), colours[curve]);
    }
}

/* Its name is from outside: what gnuplot could take for more than letters does not get there. */
static void write_title(FILE *out, const struct drawing *drawing)
{
    char name[NAME_DRAWN + 1];
    snprintf(name, sizeof name, "%.*s", drawing->name_length, name_of(drawing));
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("/_-. ", *c))
            *c = '?';
    fprintf(out,
            "set label \"%s\" noenhanced at screen 0.02,0.94 left textcolor rgb \"#333333\"\n"
            "set label \"N\" at graph 0.5,screen 0.04 center textcolor rgb \"#333333\"\n",
            name);
}

static void write_drawing(FILE *out, const struct drawing *drawing, size_t number)
{
    struct extent x, y;
    const char *separator = "plot ";
    extents(drawing, &x, &y);
    double margin = pow(x.greatest / x.least, 0.04);
    fprintf(out,
            "reset\n%s\nset output \"%zu.svg\"\nset logscale xy\n"
            "set rmargin at screen 0.75\n",
            asset_plot_style, number);
    fprintf(out, "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\n", x.least / margin,
            x.greatest * margin, 0.97 * y.least,
            1.03 * y.greatest); /* a tick right at an end is lost */
    write_decades(out, "xtics", &x, count_label);
    write_decades(out, "ytics", &y, time_label);
    write_title(out, drawing);
    write_names(out, drawing, &y);
    for (enum curve curve = 0; curve < CURVES; curve++)
        if (drawing->curve[curve]) {
            write_line(out, drawing, curve, &x);
            write_marks(out, drawing, curve, &x, &y);
        }
    for (enum curve curve = 0; curve < CURVES; curve++)
        if (drawing->curve[curve]) {
            fprintf(out, "%s$curve%d with lines linestyle %d", separator, (int)curve, curve + 1);
            separator = ", ";
        }
    fputs("\nunset output\n", out);
}

static char *script(const struct benchmarks *benchmarks)
{
    char *text = NULL;
    size_t size = 0, number = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; out && i < benchmarks->family_count; i++) {
        struct drawing drawing;
        if (plan(&drawing, benchmarks, i))
            write_drawing(out, &drawing, number++);
    }
    if (out && fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* --- Names and words ------------------------------------------------------------------------ */

static char *words_of(const struct drawing *drawing)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fprintf(out, "%.*s: the cost of one operation over N", drawing->name_length, name_of(drawing));
    for (enum curve curve = 0; curve < CURVES; curve++) {
        char count[FIGURE], cost[FIGURE], fit[PHRASE];
        const char *separator = ": ";
        if (!drawing->curve[curve])
            continue;
        if (drawing->curve[CURVE_LEAK] && drawing->curve[CURVE_FIX])
            fprintf(out, "; %s", ends[curve] + 1);
        FOR_EACH_POINT(b, drawing, drawing->curve[curve])
        {
            fprintf(out, "%s%s at %s", separator,
                    figure_cost(cost, spread_of(b->runs, b->run_count).median),
                    figure_count(count, llround(b->n)));
            separator = ", ";
        }
        cost_fit(fit, drawing->curve[curve]);
        fprintf(out, "%s%s", *fit ? "; fitted: " : "", fit);
    }
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* "07-micro-timer-fire": the number keeps apart what differs in other characters alone. */
static char *id_of(const struct drawing *drawing, size_t number)
{
    char *id = NULL;
    int length = drawing->name_length < NAME_DRAWN ? drawing->name_length : NAME_DRAWN;
    if (asprintf(&id, "%02zu-%.*s", number + 1, length, name_of(drawing)) < 0)
        return NULL;
    for (char *c = id; *c; c++)
        *c = (char)(isalnum((unsigned char)*c) ? tolower((unsigned char)*c) : '-');
    return id;
}

struct figure *plot_costs_planned(const struct benchmarks *benchmarks, size_t *count)
{
    struct figure *figures = calloc(benchmarks->family_count + 1, sizeof *figures);
    bool done = figures != NULL;
    *count = 0;
    for (size_t i = 0; done && i < benchmarks->family_count; i++) {
        struct drawing drawing;
        if (!plan(&drawing, benchmarks, i))
            continue;
        figures[*count] = (struct figure){
            .id = id_of(&drawing, *count), .plot = PLOT_COST, .words = words_of(&drawing)};
        done = figures[*count].id && figures[*count].words;
        ++*count;
    }
    if (done)
        return figures;
    draw_free(figures, *count);
    *count = 0;
    return NULL;
}

struct figure *plot_costs(const struct benchmarks *benchmarks, size_t *count, char *why,
                          size_t size)
{
    struct figure *figures = plot_costs_planned(benchmarks, count);
    char *text = figures ? script(benchmarks) : NULL;
    bool done = text && draw(text, figures, *count, why, size);
    if (!text)
        snprintf(why, size, "no memory for the figures");
    free(text);
    if (done)
        return figures;
    draw_free(figures, figures ? *count : 0);
    *count = 0;
    return NULL;
}
