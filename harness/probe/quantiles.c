#include "probe/quantiles.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

/* Where the quantile falls among those that did not return, or between them and the slowest that
 * did, it is never. */
double quantile_of(const double *sorted, size_t returned, double all, double q)
{
    double at = q * (all - 1), below = floor(at);
    if (all < 1)
        return NAN;
    if (ceil(at) >= (double)returned)
        return INFINITY;
    size_t i = (size_t)below;
    double next = i + 1 < returned ? sorted[i + 1] : sorted[i];
    return sorted[i] + (at - below) * (next - sorted[i]);
}

double *quantile_sort(const struct latency *latencies, size_t count, enum latency_part part)
{
    double *sorted = calloc(count + 1, sizeof *sorted);
    for (size_t i = 0; sorted && i < count; i++)
        sorted[i] = (double)latency_of(&latencies[i], part);
    if (sorted)
        gsl_sort(sorted, 1, count);
    return sorted;
}

void quantiles_of(const double *sorted, size_t returned, double all, double *quantiles)
{
    for (int i = 0; i <= QUANTILE_PARTS; i++)
        quantiles[i] = round(quantile_of(sorted, returned, all, (double)i / QUANTILE_PARTS));
}

/* The greatest k of which it is so unlikely that no more than k of n requests stay under the true quantile; -1: of
 * none. The chance grows with k, so it is found by halving. */
static double rank_below(double n, double share, double chance)
{
    double low = -1, high = n;
    while (high - low > 1) {
        double middle = floor((low + high) / 2);
        if (gsl_cdf_binomial_P((unsigned)middle, share, (unsigned)n) <= chance)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* As many as go past any use of the distribution: its ranks are as good by then. */
static const double requests_most = 1e9;

struct estimate quantile_estimate(const double *quantiles, double n, int q)
{
    static const double each_side = 0.025;
    struct estimate estimate = {quantiles[q], NAN, NAN, INTERVAL_NONE};
    double share = (double)q / QUANTILE_PARTS;
    if (!(n >= 2) || isnan(estimate.value))
        return estimate;
    gsl_set_error_handler_off();
    n = fmin(floor(n), requests_most);
    /* Of sorted times x[0] .. x[n-1]: x[r] is below the quantile where more than r stay under it. */
    double low = rank_below(n, share, each_side);
    double high = n - 1 - rank_below(n, 1 - share, each_side);
    double parts = QUANTILE_PARTS / (n - 1);
    if (low >= 0)
        estimate.low = quantiles[(int)floor(low * parts)];
    if (high <= n - 1)
        estimate.high = quantiles[(int)ceil(high * parts)];
    if (!isnan(estimate.low) && !isnan(estimate.high))
        estimate.basis = INTERVAL_REQUESTS;
    return estimate;
}
