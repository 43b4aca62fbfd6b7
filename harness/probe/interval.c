/* Intervals.
 *
 * - The mean of several repetitions: Student's. How two of them differ: result/contrast.h.
 * - One run or two: what the robust line leaves over is put together anew. A resident set that grows
 *   in steps is off in the same direction for many samples on end, and drawing single residuals
 *   would take these for as many independent looks. So each residual is taken for a share of the
 *   one before plus an innovation (a sieve of order one), the innovations are drawn in blocks,
 *   which carry along what the share does not, and the series is summed up again. Blocks of the
 *   residuals themselves cover less: 75 of 100 where neighbours share 95 %, against 93 so. Again
 *   Student's percentiles, by the number of independent looks that the series is worth.
 */
#include "probe/interval.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS_OF_LINES = 600, LEAST_POINTS = 8 };

const char *interval_basis_text(enum interval_basis basis)
{
    static const char *const texts[] = {
        [INTERVAL_NONE] = "none",
        [INTERVAL_BLOCKS] = "blocks",
        [INTERVAL_REPETITIONS] = "repetitions",
        [INTERVAL_NO_MEMORY] = "no memory",
        [INTERVAL_RESOLUTION] = "resolution",
        [INTERVAL_RANGE] = "range",
        [INTERVAL_REQUESTS] = "requests",
    };
    return basis < INTERVAL_BASES ? texts[basis] : "unknown";
}

const char *interval_covers(enum interval_basis basis)
{
    static const char *const texts[INTERVAL_BASES] = {
        [INTERVAL_NONE] = "",
        [INTERVAL_NO_MEMORY] = "",
        [INTERVAL_BLOCKS] = "95 % interval of the noise within one run",
        [INTERVAL_REPETITIONS] = "95 % interval over the repetitions of one invocation",
        [INTERVAL_RESOLUTION] = "as far as one run resolves it",
        [INTERVAL_RANGE] = "range over the repetitions of one invocation",
        [INTERVAL_REQUESTS] = "95 % interval over the requests of one run",
    };
    return basis < INTERVAL_BASES ? texts[basis] : "";
}

static struct estimate unknown(double value)
{
    return (struct estimate){value, NAN, NAN, INTERVAL_NONE};
}

static struct estimate no_memory(void)
{
    return (struct estimate){NAN, NAN, NAN, INTERVAL_NO_MEMORY};
}

/* The middle 95 % of what was drawn, stretched about the value as Student's distribution is wider
 * than the normal one. Its own percentiles lie too far out to be drawn often enough. Sorts. */
static struct estimate from_draws(double value, double *drawn, size_t count, double freedom,
                                  enum interval_basis basis)
{
    double stretch = gsl_cdf_tdist_Pinv(0.975, freedom) / gsl_cdf_ugaussian_Pinv(0.975);
    gsl_sort(drawn, 1, count);
    double low = gsl_stats_quantile_from_sorted_data(drawn, 1, count, 0.025);
    double high = gsl_stats_quantile_from_sorted_data(drawn, 1, count, 0.975);
    return (struct estimate){
        .value = value,
        .low = value + stretch * (low - value),
        .high = value + stretch * (high - value),
        .basis = basis,
    };
}

/* --- Repetitions ---------------------------------------------------------------------------- */

struct estimate interval_of_mean(const double *values, size_t count)
{
    if (!count)
        return unknown(NAN);
    double mean = gsl_stats_mean(values, 1, count), n = (double)count;
    if (count < 2)
        return unknown(mean);
    double error = gsl_stats_sd_m(values, 1, count, mean) / sqrt(n);
    double half = gsl_cdf_tdist_Pinv(0.975, n - 1) * error;
    return (struct estimate){mean, mean - half, mean + half, INTERVAL_REPETITIONS};
}

struct estimate interval_of_ratio_mean(const double *values, size_t count)
{
    double *logs = malloc((count + 1) * sizeof *logs);
    if (!logs)
        return no_memory();
    bool above = true;
    for (size_t i = 0; i < count; i++) {
        above &= values[i] > 0;
        logs[i] = log(values[i]);
    }
    struct estimate estimate = above ? interval_of_mean(logs, count) : unknown(NAN);
    free(logs);
    estimate.value = exp(estimate.value);
    estimate.low = exp(estimate.low);
    estimate.high = exp(estimate.high);
    return estimate;
}

/* --- Blocks within a run -------------------------------------------------------------------- */

/* A run, its line and what is left over from it: each residual is `memory` times the one before
 * and something new, its innovation. */
struct fitted_line {
    struct series series; /* y: residuals put together anew */
    double slope, level, memory, *innovations, *drawn, *slopes;
    size_t block, most_pairs;
    bool failed; /* no memory */
};

/* How much of a residual the next one keeps. The plain estimate is too small in short series, the
 * more so because a line was fitted first. */
static double memory_of(const double *residuals, size_t n)
{
    double memory = gsl_stats_lag1_autocorrelation(residuals, 1, n);
    memory += (2 + 4 * memory) / (double)n;
    if (!(memory > 0)) /* also where all residuals are the same */
        return 0;
    return memory < 0.99 ? memory : 0.99;
}

static void line_end(struct fitted_line *line)
{
    free(line->innovations);
    free(line->drawn);
    free(line->slopes);
}

/* Also leaves the residuals in line->drawn. */
static void take_residuals(struct fitted_line *line, const struct series *run)
{
    size_t n = run->length;
    double *residuals = line->drawn, *new = line->innovations;
    for (size_t i = 0; i < n; i++)
        residuals[i] = run->y[i] - line->slope * run->x[i];
    double mean = gsl_stats_mean(residuals, 1, n);
    for (size_t i = 0; i < n; i++)
        residuals[i] -= mean;
    line->memory = memory_of(residuals, n);
    for (size_t i = 1; i < n; i++)
        new[i - 1] = residuals[i] - line->memory *residuals[i - 1];
    mean = gsl_stats_mean(new, 1, n - 1);
    /* The line took two of the residuals' freedoms, the mean one. */
    double stretch = sqrt((double)n / (double)(n - 3));
    for (size_t i = 0; i < n - 1; i++)
        new[i] = (new[i] - mean) * stretch;
}

static bool line_start(struct fitted_line *line, const struct series *run, gsl_rng *random)
{
    size_t n = run->length, pairs = n * (n - 1) / 2;
    size_t room = pairs < GROWTH_PAIRS ? pairs : GROWTH_PAIRS;
    *line = (struct fitted_line){.series = *run, .most_pairs = 8 * n < room ? 8 * n : room};
    line->innovations = malloc(n * sizeof *line->innovations);
    line->drawn = malloc(n * sizeof *line->drawn);
    line->slopes = malloc(room * sizeof *line->slopes);
    line->failed = !line->innovations || !line->drawn || !line->slopes;
    if (line->failed)
        return false;
    line->slope = growth_slope_of_pairs(run, GROWTH_PAIRS, random, line->slopes);
    if (isnan(line->slope))
        return false;
    take_residuals(line, run);
    line->block = (size_t)ceil(cbrt((double)n));
    line->series.y = line->drawn;
    return true;
}

/* The slope of the run after its innovations were drawn anew, in blocks. It runs in over the first
 * blocks, so that the series starts anywhere and not at the line. */
static double drawn_slope(struct fitted_line *line, gsl_rng *random)
{
    size_t n = line->series.length, from = 0, left = 0;
    size_t run_in = line->memory > 0 ? (size_t)ceil(log(0.01) / log(line->memory)) : 0;
    double residual = 0;
    for (size_t i = 0; i < run_in + n; i++) {
        if (left == 0) {
            from = gsl_rng_uniform_int(random, n - 1); /* blocks may run over the end */
            left = line->block;
        }
        residual =
            line->memory * residual + line->innovations[(from + line->block - left--) % (n - 1)];
        if (i >= run_in)
            line->drawn[i - run_in] = residual;
    }
    return line->slope +
           growth_slope_of_pairs(&line->series, line->most_pairs, random, line->slopes);
}

/* So many independent looks would know as much. */
static double worth(const struct fitted_line *line)
{
    return (double)line->series.length * (1 - line->memory) / (1 + line->memory);
}

static struct estimate by_blocks(struct fitted_line *lines, size_t count, double value,
                                 gsl_rng *random)
{
    double *drawn = calloc(DRAWS_OF_LINES, sizeof *drawn);
    double looks = 0;
    if (!drawn)
        return no_memory();
    for (size_t k = 0; k < count; k++) {
        looks += worth(&lines[k]);
        for (size_t i = 0; i < DRAWS_OF_LINES; i++)
            drawn[i] += drawn_slope(&lines[k], random) / (double)count;
    }
    double freedom = looks > 3 ? looks - 2 : 1;
    struct estimate estimate = from_draws(value, drawn, DRAWS_OF_LINES, freedom, INTERVAL_BLOCKS);
    free(drawn);
    return estimate;
}

static struct estimate of_few_runs(const struct series *runs, size_t count, double value,
                                   uint64_t seed)
{
    struct fitted_line lines[REPETITIONS_FOR_INTERVAL] = {
        0}; /* one that was too short is ended too */
    gsl_rng *random = growth_random(seed);
    size_t started = 0;
    bool usable = random != NULL, failed = !random;
    for (; usable && started < count; started++) {
        usable = runs[started].length >= LEAST_POINTS &&
                 line_start(&lines[started], &runs[started], random);
        failed |= lines[started].failed;
    }
    struct estimate estimate = failed   ? no_memory()
                               : usable ? by_blocks(lines, count, value, random)
                                        : unknown(value);
    for (size_t k = 0; k < started; k++)
        line_end(&lines[k]);
    gsl_rng_free(random);
    return estimate;
}

struct estimate interval_of_slope(const struct series *runs, size_t count, uint64_t seed)
{
    if (!count)
        return unknown(NAN);
    double *slopes = malloc(count * sizeof *slopes);
    bool done = slopes;
    size_t known = 0;
    for (size_t k = 0; done && k < count; k++) {
        done = growth_slope_found(&runs[k], seed + k, &slopes[known]);
        known += !isnan(slopes[known]);
    }
    struct estimate estimate = done ? interval_of_mean(slopes, known) : no_memory();
    if (done && known && known == count && count < REPETITIONS_FOR_INTERVAL &&
        estimate.basis != INTERVAL_NO_MEMORY)
        estimate = of_few_runs(runs, count, estimate.value, seed);
    free(slopes);
    return estimate;
}
