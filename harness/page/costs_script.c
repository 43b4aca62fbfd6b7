#include "page/costs_script.h"
#include "page/costs_drawn.h"
#include "page/decades.h"
#include "probe/figures.h"
#include "probe/printable.h"
#include "result/costs.h"
#include "result/stream.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIT_POINTS = 24, TITLE_MOST = 48 };

static const char *const colours[CURVES] = {"#d55e00", "#0072b2"};

/* --- Axes ----------------------------------------------------------------------------------- */

struct extent {
    double least, greatest;
};

static void widen(struct extent *extent, double least, double greatest)
{
    extent->least = fmin(extent->least, least);
    extent->greatest = fmax(extent->greatest, greatest);
}

static void extents(const struct costs_drawn *drawn, struct extent *x, struct extent *y)
{
    *x = *y = (struct extent){INFINITY, 0};
    for (enum costs_curve curve = 0; curve < CURVES; curve++)
        FOR_EACH_POINT(b, drawn, drawn->curve[curve])
        {
            widen(x, b->n, b->n);
            widen(y, fmin(b->cost.least, b->cost.median), fmax(b->cost.most, b->cost.median));
        }
    /* Whole decades, so that a slope looks alike in all; and two at least. */
    y->least = pow(10, floor(log10(y->least)));
    y->greatest = fmax(pow(10, ceil(log10(y->greatest * 1.05))), 100 * y->least);
}

/* --- The script ----------------------------------------------------------------------------- */

/* The line: the fit, or, of what has none, from point to point. */
static void write_line(FILE *out, const struct costs_drawn *drawn, enum costs_curve curve,
                       const struct extent *x)
{
    const struct bench_family *family = drawn->curve[curve];
    fprintf(out, "$curve%d << END\n", (int)curve);
    for (int i = 0; family->fit.points && i <= FIT_POINTS; i++) {
        double n = x->least * pow(x->greatest / x->least, (double)i / FIT_POINTS);
        fprintf(out, "%.6g %.6g\n", n, bench_fit_at(&family->fit, n));
    }
    if (!family->fit.points)
        FOR_EACH_POINT(b, drawn, family)
    fprintf(out, "%.6g %.6g\n", b->n, b->cost.median);
    fputs("END\n", out);
}

/* A mark at the median, square for a leak and on its corner for all else; a stroke from the least to
 * the most. Objects: gnuplot's own points would be kept as markers that svg_tidy() throws away. */
static void write_marks(FILE *out, const struct costs_drawn *drawn, enum costs_curve curve,
                        const struct extent *x, const struct extent *y)
{
    double wide = pow(x->greatest / x->least, 0.011), high = pow(y->greatest / y->least, 0.017);
    if (curve == CURVE_FIX) {
        wide = pow(wide, 1.35);
        high = pow(high, 1.35);
    }
    FOR_EACH_POINT(b, drawn, drawn->curve[curve])
    {
        const struct bench_cost *at = &b->cost;
        double left = b->n / wide, right = b->n * wide;
        double low = at->median / high, top = at->median * high;
        if (at->runs > 1 && !isnan(at->least))
            fprintf(out, "set arrow from %.6g,%.6g to %.6g,%.6g nohead linestyle %d linewidth 1\n",
                    b->n, at->least, b->n, at->most, curve == CURVE_LEAK ? 3 : 4);
        if (curve == CURVE_LEAK)
            fprintf(out, "set object polygon from %.6g,%.6g to %.6g,%.6g to %.6g,%.6g to %.6g,%.6g",
                    left, low, right, low, right, top, left, top);
        else
            fprintf(out, "set object polygon from %.6g,%.6g to %.6g,%.6g to %.6g,%.6g to %.6g,%.6g",
                    b->n, low, right, at->median, b->n, top, left, at->median);
        fprintf(out, " front fillcolor rgb \"%s\" fillstyle solid noborder\n", colours[curve]);
    }
}

/* At its greatest N. */
static double end_of(const struct costs_drawn *drawn, enum costs_curve curve)
{
    double n = 0, value = NAN;
    FOR_EACH_POINT(b, drawn, drawn->curve[curve])
    if (b->n > n) {
        n = b->n;
        value = b->cost.median;
    }
    return value;
}

/* Beside the last points, kept apart. */
static void write_names(FILE *out, const struct costs_drawn *drawn, const struct extent *y)
{
    double value[CURVES], range = log10(y->greatest / y->least);
    for (enum costs_curve curve = 0; curve < CURVES; curve++)
        value[curve] = log10(end_of(drawn, curve) / y->least) / range;
    double gap = value[CURVE_LEAK] - value[CURVE_FIX];
    static const double apart = 0.2;
    if (fabs(gap) < apart) {
        double middle = (value[CURVE_LEAK] + value[CURVE_FIX]) / 2;
        value[CURVE_LEAK] = middle + (gap < 0 ? -apart : apart) / 2;
        value[CURVE_FIX] = middle - (gap < 0 ? -apart : apart) / 2;
    }
    bool both = drawn->curve[CURVE_LEAK] && drawn->curve[CURVE_FIX];
    for (enum costs_curve curve = 0; curve < CURVES; curve++) {
        char fit[PHRASE];
        if (!drawn->curve[curve])
            continue;
        cost_fit(fit, drawn->curve[curve]);
        fprintf(out, "set label \"%s%s%s\" at graph 1.03,%.4f left textcolor rgb \"%s\" front\n",
                both ? costs_curve_name(curve) : "", both && *fit ? "\\n" : "", fit,
                fmin(fmax(value[curve], 0.06), 0.94) + (both ? 0.035 : 0), colours[curve]);
    }
}

/* Its name is from outside: what gnuplot could take for more than letters does not get there. */
static void write_title(FILE *out, const struct costs_drawn *drawn)
{
    static const char signs[] = "/_-. :<>,()=+*&";
    char name[TITLE_MOST + 1], shown[PRINTABLE];
    size_t most = (size_t)drawn->name_length + 1;
    printable_cut(name, most < sizeof name ? most : sizeof name, drawn->name);
    fputs("set label \"", out);
    for (const char *at = name; *at;) {
        bool letter =
            isalnum((unsigned char)*at) || strchr(signs, *at) || (unsigned char)*at > 0x7F;
        at += printable_next(at, shown);
        fputs(letter && shown[0] != '\\' ? shown : "?", out);
    }
    fputs("\" noenhanced at screen 0.02,0.94 left textcolor rgb \"#333333\"\n"
          "set label \"N\" at graph 0.5,screen 0.04 center textcolor rgb \"#333333\"\n",
          out);
}

static void write_drawing(FILE *out, const struct costs_drawn *drawn)
{
    struct extent x, y;
    const char *separator = "plot ";
    extents(drawn, &x, &y);
    double margin = pow(x.greatest / x.least, 0.04);
    fputs("set logscale xy\nset rmargin at screen 0.75\n", out);
    fprintf(out, "set xrange [%.6g:%.6g]\nset yrange [%.6g:%.6g]\n", x.least / margin,
            x.greatest * margin, 0.97 * y.least,
            1.03 * y.greatest); /* a tick right at an end is lost */
    decades_write(out, "xtics", x.least, x.greatest, decades_count);
    decades_write(out, "ytics", y.least, y.greatest, decades_time);
    write_title(out, drawn);
    write_names(out, drawn, &y);
    for (enum costs_curve curve = 0; curve < CURVES; curve++)
        if (drawn->curve[curve]) {
            write_line(out, drawn, curve, &x);
            write_marks(out, drawn, curve, &x, &y);
        }
    for (enum costs_curve curve = 0; curve < CURVES; curve++)
        if (drawn->curve[curve]) {
            fprintf(out, "%s$curve%d with lines linestyle %d", separator, (int)curve, curve + 1);
            separator = ", ";
        }
    putc('\n', out);
}

char *costs_script(const struct costs_drawn *drawn)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (out)
        write_drawing(out, drawn);
    return stream_close(out, &held);
}
