#include "record/spread.h"
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

struct spread spread_of(double *values, size_t count)
{
    if (!count)
        return (struct spread){NAN, NAN, NAN};
    gsl_sort(values, 1, count);
    return (struct spread){gsl_stats_median_from_sorted_data(values, 1, count), values[0],
                           values[count - 1]};
}
