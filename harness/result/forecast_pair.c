#include "result/forecast_pair.h"
#include "result/left.h"
#include <math.h>

const struct service services[SERVICES] = {
    {"256 MiB at 1,000/s", 1000, 256.0 * (1 << 20)},
    {"512 MiB at 1,000/min", 1000.0 / 60, 512.0 * (1 << 20)},
};

static bool leaves_nothing(const struct measured *measured)
{
    return summary_figure(measured, tasks_left, NULL) == 0 &&
           summary_figure(measured, timers_left, NULL) == 0 && !left_any(measured);
}

static bool held_something(const struct measured *measured)
{
    return summary_figure(measured, timers_held, NULL) > 0 ||
           !isnan(summary_figure(measured, timers_gone, NULL));
}

/* What load holds and settle has none of any more: once the first of it goes, as much goes as comes. */
static bool ends_by_itself(const struct measured *measured)
{
    return leaves_nothing(measured) && held_something(measured);
}

/* Neither tasks nor timers nor bytes of heap: whatever noise there is in the resident set goes on for ever on no
 * line. */
static bool is_clean(const struct measured *measured)
{
    return leaves_nothing(measured) && !held_something(measured) &&
           measured->heap_per_request.value < 1;
}

/* How long it is held, as far as it was seen: no longer than settle. */
static double horizon_of(const struct measured_pair *pair, const struct measured *measured)
{
    double gone = summary_figure(measured, timers_gone, NULL);
    return isnan(gone) ? (double)pair->settings.settle / 1e9 : gone;
}

struct forecast forecast_of(const struct measured_pair *pair, enum variant variant, double rate,
                            double memory)
{
    const struct measured *measured = &pair->variants[variant];
    struct estimate slope = measured->bytes_per_request;
    double tables = measured->page_tables_per_request.value;
    if (!measured->run_count || isnan(slope.value))
        return (struct forecast){.fate = FATE_UNKNOWN, .level = NAN};
    tables = isnan(tables) ? 0 : tables;
    slope.value += tables, slope.low += tables, slope.high += tables;
    double start = summary_figure(measured, unreclaimable, NULL);
    if (left_any(measured)) /* the warm-up leaked too; a service has none */
        start -= (double)pair->settings.warm_up * slope.value;
    struct estimate per_second = {slope.value * rate, slope.low * rate, slope.high * rate,
                                  slope.basis};
    struct forecast forecast = forecast_from(&per_second, start, 0, memory);
    forecast.per_request = slope.value;
    forecast.requests = forecast.seconds * rate;
    forecast.reach = forecast.requests / summary_figure(measured, requests, NULL);
    forecast.fate = FATE_DIES;
    double horizon = horizon_of(pair, measured);
    if (memory <= forecast.start) {
        forecast.fate = FATE_AT_START;
    } else if (is_clean(measured)) {
        forecast.fate = FATE_NO_GROWTH;
        forecast.soonest = INFINITY;
    } else if (!(slope.low > tables) && !(slope.value - tables > 1)) {
        forecast.fate = FATE_NO_GROWTH;
    } else if (ends_by_itself(measured) && forecast.soonest > 0) {
        forecast.level = forecast.start + slope.high * rate * horizon;
        if (isnan(slope.high))
            forecast.level = forecast.start + slope.value * rate * horizon;
        if (forecast.level <= memory)
            forecast.fate = FATE_LEVELS;
        else
            forecast.fate = FATE_MAY_LEVEL;
    }
    return forecast;
}
