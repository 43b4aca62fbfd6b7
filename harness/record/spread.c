#include "record/spread.h"
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct spread spread_of(const double *values, size_t count)
{
    struct spread spread = {NAN, NAN, NAN};
    double *sorted = count ? malloc(count * sizeof *sorted) : NULL;
    if (!sorted)
        return spread;
    memcpy(sorted, values, count * sizeof *sorted);
    gsl_sort(sorted, 1, count);
    spread = (struct spread){gsl_stats_median_from_sorted_data(sorted, 1, count), sorted[0],
                             sorted[count - 1]};
    free(sorted);
    return spread;
}
