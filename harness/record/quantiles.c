#include "record/quantiles.h"
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

double *quantile_sort(const int64_t *latencies, size_t count)
{
    double *sorted = calloc(count + 1, sizeof *sorted);
    for (size_t i = 0; sorted && i < count; i++)
        sorted[i] = (double)latencies[i];
    if (sorted)
        gsl_sort(sorted, 1, count);
    return sorted;
}
