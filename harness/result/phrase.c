#include "result/phrase.h"
#include "result/figures.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MOST = 3 };

/* Two digits of the interval's half. Without one: tenths. */
static int decimals_of(const struct estimate *of)
{
    double half = of && !isnan(of->low) ? (of->high - of->low) / 2 : 5;
    if (half <= 0)
        return 1;
    int decimals = 1 - (int)floor(log10(half));
    return decimals < 0 ? 0 : decimals > DECIMALS_MOST ? DECIMALS_MOST : decimals;
}

const char *phrase_number(char text[PHRASE], double value, const struct estimate *of)
{
    char whole[FIGURE], digits[64];
    if (isnan(value) || isinf(value) || fabs(value) > 1e15) {
        snprintf(text, PHRASE, "%s", isinf(value) ? "never" : "-");
        return text;
    }
    snprintf(digits, sizeof digits, "%.*f", decimals_of(of), fabs(value));
    bool negative = value < 0 && strspn(digits, "0.") != strlen(digits); /* no "-0.0" */
    const char *point = strchr(digits, '.');
    figure_count(whole, (int64_t)strtod(digits, NULL));
    snprintf(text, PHRASE, "%s%s%s", negative ? "-" : "", whole, point ? point : "");
    return text;
}

const char *phrase_interval(char text[PHRASE], const struct estimate *estimate)
{
    char low[PHRASE], high[PHRASE];
    text[0] = 0;
    if (!isnan(estimate->low) && !isnan(estimate->high))
        snprintf(text, PHRASE, "%.40s to %.40s", phrase_number(low, estimate->low, estimate),
                 phrase_number(high, estimate->high, estimate));
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

const char *phrase_unit(const struct measured_pair *pair, enum variant variant)
{
    static const char *const units[][2] = {
        [GROWS_TASKS] = {"tasks", "task"},
        [GROWS_TIMERS] = {"timers", "timer"},
        [GROWS_MEMORY] = {"", ""},
    };
    const struct measured *measured = &pair->variants[variant];
    double one = summary_figure(measured, requests, NULL);
    bool single = summary_mean(measured, phrase_figure(pair), NULL) == one;
    return units[summary_grows(pair)][single];
}

size_t phrase_figure(const struct measured_pair *pair)
{
    return summary_grows(pair) == GROWS_TIMERS ? offsetof(struct run_figures, timers_held)
                                               : offsetof(struct run_figures, tasks_left);
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

const char *phrase_load(char text[PHRASE], const struct measured_pair *pair)
{
    char count[FIGURE], rate[PHRASE];
    double requests = summary_figure(&pair->variants[VARIANT_LEAK], requests, NULL);
    if (isnan(requests))
        requests = summary_figure(&pair->variants[VARIANT_FIX], requests, NULL);
    say_rate(rate, pair->settings.rate);
    if (isnan(requests)) /* all died */
        snprintf(text, PHRASE, "requests %.48s", rate);
    else
        snprintf(text, PHRASE, "%s requests %.48s", figure_count(count, llround(requests)), rate);
    return text;
}

const char *phrase_basis(char text[PHRASE], const struct measured *measured)
{
    if (measured->bytes_per_request.basis == INTERVAL_REPETITIONS)
        snprintf(text, PHRASE, "95 %% interval over %zu repetitions", measured->run_count);
    else if (measured->bytes_per_request.basis == INTERVAL_BLOCKS)
        snprintf(text, PHRASE, "95 %% interval within %zu run%s", measured->run_count,
                 measured->run_count == 1 ? "" : "s");
    else
        snprintf(text, PHRASE, "no interval: too few samples");
    return text;
}
