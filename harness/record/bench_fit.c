#include "record/bench_fit.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

static const struct {
    const char *theirs, *ours;
} orders[] = {
    [ORDER_NONE] = {"", "none"},          [ORDER_1] = {"(1)", "constant"},
    [ORDER_LOG_N] = {"lgN", "lg N"},      [ORDER_N] = {"N", "N"},
    [ORDER_N_LOG_N] = {"NlgN", "N lg N"}, [ORDER_N_2] = {"N^2", "N\302\262"},
    [ORDER_N_3] = {"N^3", "N\302\263"},
};

const char *order_text(enum order order)
{
    return orders[order].ours;
}

enum order order_called(const char *name)
{
    for (enum order order = ORDER_1; order <= ORDER_N_3; order++)
        if (strcmp(name, orders[order].theirs) == 0)
            return order;
    return ORDER_NONE;
}

static double shape(enum order order, double n)
{
    const double shapes[] = {
        [ORDER_NONE] = NAN,
        [ORDER_1] = 1,
        [ORDER_LOG_N] = log2(n),
        [ORDER_N] = n,
        [ORDER_N_LOG_N] = n * log2(n),
        [ORDER_N_2] = n * n,
        [ORDER_N_3] = n * n * n,
    };
    return shapes[order];
}

/* A family has few N; one with more is not fitted. */
enum { POINTS_MOST = 256 };

/* A straight line through logarithms. */
struct line {
    double intercept, slope, within; /* half of the slope's interval */
};

static struct line line_of(const double *x, const double *y, size_t count)
{
    struct line line;
    double cov00, cov01, cov11, rest;
    gsl_fit_linear(x, 1, y, 1, count, &line.intercept, &line.slope, &cov00, &cov01, &cov11, &rest);
    line.within = gsl_cdf_tdist_Pinv(0.975, (double)count - 2) * sqrt(cov11);
    return line;
}

/* What is left of the costs once the order is taken out of them; lg 1 is 0, and takes out nothing. */
static void judge(struct bench_fit *fit, const double *x, const double *y, size_t count)
{
    static const double rounding = 1e-9;
    double left[POINTS_MOST], least, greatest;
    for (size_t i = 0; i < count; i++)
        left[i] = y[i] - log(shape(fit->order, exp(x[i])));
    gsl_stats_minmax(&least, &greatest, left, 1, count);
    if (!isfinite(least) || !isfinite(greatest))
        return;
    struct line line = line_of(x, left, count);
    double mean = gsl_stats_mean(left, 1, count);
    fit->coefficient = exp(mean);
    fit->rms = expm1(gsl_stats_sd_with_fixed_mean(left, 1, count, mean));
    fit->holds =
        fabs(line.slope) <= line.within + rounding && greatest - least <= log(FIT_VARIES_MOST);
}

/* Whether there are so many different ones. */
static bool is_spread(const double *x, size_t count)
{
    size_t different = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < i && fabs(x[k] - x[i]) > 0)
            k++;
        different += k == i;
    }
    return different >= FIT_POINTS_LEAST;
}

struct bench_fit bench_fit_of(const double *n, const double *costs, size_t count,
                              enum order claimed)
{
    struct bench_fit fit = {.order = claimed ? claimed : ORDER_1};
    double x[POINTS_MOST], y[POINTS_MOST];
    if (count > POINTS_MOST)
        return fit;
    for (size_t i = 0; i < count; i++) {
        x[i] = log(n[i]);
        y[i] = log(costs[i]);
    }
    if (!is_spread(x, count))
        return fit;
    struct line line = line_of(x, y, count);
    fit.points = count;
    fit.exponent = line.slope;
    fit.low = line.slope - line.within;
    fit.high = line.slope + line.within;
    fit.scale = exp(line.intercept);
    judge(&fit, x, y, count);
    if (!fit.holds && claimed > ORDER_1) { /* what is claimed may be more than it takes */
        fit.order = ORDER_1;
        judge(&fit, x, y, count);
        fit.order = fit.holds ? ORDER_1 : claimed;
    }
    return fit;
}

double bench_fit_at(const struct bench_fit *fit, double n)
{
    return fit->holds ? fit->coefficient * shape(fit->order, n)
                      : fit->scale * pow(n, fit->exponent);
}
