#include "probe/growth.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The slope between two points, or nothing where x is the same. */
static size_t add_slope(const struct series *s, size_t i, size_t j, double *slopes, size_t count)
{
    double dx = s->x[j] - s->x[i];
    if (dx == 0)
        return count;
    slopes[count] = (s->y[j] - s->y[i]) / dx;
    return count + 1;
}

static size_t all_pairs(const struct series *s, double *slopes)
{
    size_t count = 0;
    for (size_t i = 0; i < s->length; i++)
        for (size_t j = i + 1; j < s->length; j++)
            count = add_slope(s, i, j, slopes, count);
    return count;
}

static size_t drawn_pairs(const struct series *s, gsl_rng *random, size_t draws, double *slopes)
{
    size_t count = 0;
    for (size_t n = 0; n < draws; n++) {
        size_t i = gsl_rng_uniform_int(random, s->length);
        size_t j = gsl_rng_uniform_int(random, s->length);
        count = add_slope(s, i, j, slopes, count);
    }
    return count;
}

double growth_slope_of_pairs(const struct series *s, size_t most, gsl_rng *random, double *slopes)
{
    size_t pairs = s->length * (s->length - 1) / 2;
    if (s->length < 2)
        return NAN;
    size_t count = pairs <= most ? all_pairs(s, slopes) : drawn_pairs(s, random, most, slopes);
    return count ? gsl_stats_median(slopes, 1, count) : NAN;
}

gsl_rng *growth_random(uint64_t seed)
{
    gsl_set_error_handler_off(); /* no memory is an answer, not an abort */
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (random)
        gsl_rng_set(random, seed);
    return random;
}

bool growth_slope_found(const struct series *series, uint64_t seed, double *slope)
{
    gsl_rng *random = growth_random(seed);
    double *slopes = malloc(GROWTH_PAIRS * sizeof *slopes);
    bool done = random && slopes;
    *slope = done ? growth_slope_of_pairs(series, GROWTH_PAIRS, random, slopes) : NAN;
    free(slopes);
    gsl_rng_free(random);
    return done;
}

double growth_slope(const struct series *series, uint64_t seed)
{
    double slope;
    growth_slope_found(series, seed, &slope);
    return slope;
}

/* Where more than half of the values are the same the deviation is 0: then any other is marked. */
size_t growth_mark_outliers(const double *values, size_t count, bool *outlier)
{
    static const double normal = 0.67448975; /* the normal distribution's deviation, 3rd quartile */
    static const double limit = 3.5;
    size_t marked = 0;
    memset(outlier, 0, count * sizeof *outlier);
    if (count < 3)
        return 0; /* of two, who is to say which one is odd? */
    double *work = malloc(count * sizeof *work);
    if (!work)
        return SIZE_MAX;
    memcpy(work, values, count * sizeof *work);
    double median = gsl_stats_median(work, 1, count);
    for (size_t i = 0; i < count; i++)
        work[i] = fabs(values[i] - median);
    double spread = gsl_stats_median(work, 1, count) / normal;
    for (size_t i = 0; i < count; i++) {
        outlier[i] = fabs(values[i] - median) > limit * spread;
        marked += outlier[i];
    }
    free(work);
    return marked;
}
