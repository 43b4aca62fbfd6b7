#include "result/phrase.h"
#include "probe/figures.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MOST = 3, TENTHS = -1 };

/* The last place that holds, as a power of ten: that of the first digit of the interval's half. Of an exact figure, and
 * without an interval: tenths. */
static int place_of(const struct estimate *of)
{
    double half = of && !isnan(of->low) ? (of->high - of->low) / 2 : 0;
    if (!(half > 0) || isinf(half))
        return TENTHS;
    return (int)fmax(floor(log10(half) + 1e-9), -DECIMALS_MOST);
}

static const char *number_at(char text[PHRASE], double value, int place)
{
    char whole[FIGURE], digits[64];
    if (isnan(value) || isinf(value) || fabs(value) > 1e15) {
        snprintf(text, PHRASE, "%s", isinf(value) ? "never" : "-");
        return text;
    }
    double step = pow(10, place);
    snprintf(digits, sizeof digits, "%.*f", place < 0 ? -place : 0,
             place > 0 ? round(fabs(value) / step) * step : fabs(value));
    bool negative = value < 0 && strspn(digits, "0.") != strlen(digits); /* no "-0.0" */
    const char *point = strchr(digits, '.');
    figure_count(whole, (int64_t)strtod(digits, NULL));
    snprintf(text, PHRASE, "%s%s%s", negative ? "-" : "", whole, point ? point : "");
    return text;
}

const char *phrase_number(char text[PHRASE], double value, const struct estimate *of)
{
    return number_at(text, value, place_of(of));
}

/* Rounded outwards: no less is said than what it covers. A tenth of a step is for what floating point adds. */
const char *phrase_interval(char text[PHRASE], const struct estimate *estimate)
{
    char low[PHRASE], high[PHRASE];
    int place = place_of(estimate);
    double step = pow(10, place);
    text[0] = 0;
    if (!isnan(estimate->low) && !isnan(estimate->high))
        snprintf(text, PHRASE, "%.40s to %.40s",
                 number_at(low, floor(estimate->low / step + 0.001) * step, place),
                 number_at(high, ceil(estimate->high / step - 0.001) * step, place));
    return text;
}

const char *phrase_bytes(char text[PHRASE], double bytes)
{
    char figure[FIGURE];
    snprintf(text, PHRASE, "%s", isnan(bytes) ? "-" : figure_bytes(figure, bytes));
    return text;
}

const char *phrase_per_request(char text[PHRASE], const struct measured *measured, size_t figure)
{
    bool same, same_requests;
    double requests = summary_figure(measured, requests, &same_requests);
    double value = summary_mean(measured, figure, &same) / requests;
    if (isnan(value))
        snprintf(text, PHRASE, "-");
    else
        snprintf(text, PHRASE, "%s%.3f", same && same_requests ? "" : "about ",
                 value == 0 ? 0 : value);
    return text;
}

static void say_rate(char text[PHRASE], double rate)
{
    char figure[FIGURE];
    if (rate >= 1 && rate == floor(rate))
        snprintf(text, PHRASE, "at %s/s", figure_count(figure, llround(rate)));
    else if (rate > 0)
        snprintf(text, PHRASE, "at %s", figure_rate(figure, rate));
    else
        snprintf(text, PHRASE, "as fast as they go");
}

/* Of the halves that have come to an end; where the same, once. */
static void say_requests(char text[PHRASE], const struct measured_pair *pair)
{
    char leak[FIGURE], fix[FIGURE];
    double of_leak = summary_figure(&pair->variants[VARIANT_LEAK], requests, NULL);
    double of_fix = summary_figure(&pair->variants[VARIANT_FIX], requests, NULL);
    of_leak = isnan(of_leak) ? of_fix : of_leak;
    of_fix = isnan(of_fix) ? of_leak : of_fix;
    if (isnan(of_leak)) { /* all died */
        snprintf(text, PHRASE, "requests");
        return;
    }
    figure_count(leak, llround(fmin(of_leak, 1e15)));
    figure_count(fix, llround(fmin(of_fix, 1e15)));
    if (strcmp(leak, fix) == 0)
        snprintf(text, PHRASE, "%s requests", leak);
    else
        snprintf(text, PHRASE, "%s (leak) and %s (fix) requests", leak, fix);
}

const char *phrase_load(char text[PHRASE], const struct measured_pair *pair)
{
    char requests[PHRASE], rate[PHRASE];
    say_rate(rate, pair->settings.rate);
    say_requests(requests, pair);
    snprintf(text, PHRASE, "%.60s %.30s", requests, rate);
    return text;
}

static void say_runs(char text[PHRASE], const struct measured_pair *pair)
{
    size_t runs[VARIANTS];
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct measured *measured = &pair->variants[v];
        runs[v] = measured->death_count > measured->run_count ? measured->death_count
                                                              : measured->run_count;
    }
    if (runs[VARIANT_LEAK] == runs[VARIANT_FIX])
        snprintf(text, PHRASE, "%zu run%s", runs[VARIANT_LEAK], runs[VARIANT_LEAK] == 1 ? "" : "s");
    else
        snprintf(text, PHRASE, "%zu run%s of the leak, %zu of the fix", runs[VARIANT_LEAK],
                 runs[VARIANT_LEAK] == 1 ? "" : "s", runs[VARIANT_FIX]);
}

const char *phrase_measured(char text[PHRASE_LONG], const struct measured_pair *pair)
{
    char load[PHRASE], runs[PHRASE], limit[FIGURE], with[PHRASE] = "";
    const struct settings *settings = &pair->settings;
    say_runs(runs, pair);
    if (settings->memory_limit)
        snprintf(with, sizeof with, ", with %s",
                 figure_bytes(limit, (double)settings->memory_limit));
    snprintf(text, PHRASE_LONG, "%s, %s%s%s%s", phrase_load(load, pair), runs,
             settings->arrivals == ARRIVALS_POISSON ? ", Poisson arrivals" : "", with,
             settings->virtual_clock ? ", on a virtual clock" : "");
    return text;
}

const char *phrase_settings(char text[PHRASE_LONG], const struct measured_pair *pair)
{
    char stack[FIGURE], patience[FIGURE];
    const struct settings *settings = &pair->settings;
    char tasks[PHRASE] = ""; /* of which plain C has none, and so neither stacks nor clients */
    if (!summary_is_plain(pair))
        snprintf(tasks, sizeof tasks, "stacks of %s, clients wait %s, ",
                 figure_bytes(stack, (double)settings->stack_bytes),
                 figure_time(patience, (double)settings->patience));
    snprintf(text, PHRASE_LONG, "%s%.10g samples a second, %.10g requests to warm up", tasks,
             settings->looks_per_second, (double)settings->warm_up);
    return text;
}

const char *phrase_basis(char text[PHRASE], const struct estimate *of, size_t runs)
{
    switch (of->basis) {
    case INTERVAL_RANGE:
        snprintf(text, PHRASE, "range over %zu repetitions of one invocation", runs);
        break;
    case INTERVAL_REPETITIONS:
        snprintf(text, PHRASE, "95 %% interval over %zu repetitions of one invocation", runs);
        break;
    default:
        snprintf(text, PHRASE, "%s",
                 *interval_covers(of->basis) ? interval_covers(of->basis) : "no interval");
    }
    return text;
}

const char *phrase_once(char text[PHRASE], const struct measured *measured)
{
    static const double page = 4096;
    char bytes[FIGURE];
    double once = measured->bytes_once.value;
    text[0] = 0;
    if (!isnan(once) && fabs(once) >= page)
        snprintf(text, PHRASE, "%s once", figure_bytes(bytes, once));
    else if (isnan(once) && !isnan(measured->bytes_per_request.value))
        snprintf(text, PHRASE, "with what came once");
    return text;
}

const char *phrase_time(char text[PHRASE], const struct estimate *of)
{
    char value[FIGURE], low[FIGURE], high[FIGURE];
    figure_time(value, of->value);
    if (isnan(of->low) || isnan(of->high))
        snprintf(text, PHRASE, "%s", value);
    else
        snprintf(text, PHRASE, "%s (%s to %s)", value, figure_time(low, of->low),
                 figure_time(high, of->high));
    return text;
}
