#include "result/forecast.h"
#include "probe/figures.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>

static double until(double room, double per_second)
{
    if (room <= 0)
        return 0;
    return per_second > 0 ? room / per_second : INFINITY;
}

/* Of the slope's interval the upper end is the soonest. Without an interval only the estimate. */
static void say_when(struct forecast *forecast, const struct estimate *slope, double room)
{
    forecast->seconds = until(room, slope->value);
    forecast->soonest = isnan(slope->high) ? forecast->seconds : until(room, slope->high);
    forecast->latest = isnan(slope->low) ? forecast->seconds : until(room, slope->low);
}

struct forecast forecast_from(const struct estimate *per_second, double start, double since,
                              double memory)
{
    struct forecast forecast = {
        .fate = FATE_UNKNOWN, .start = start, .level = NAN, .basis = per_second->basis};
    if (isnan(per_second->value))
        return forecast;
    say_when(&forecast, per_second, memory - start);
    double least = isnan(per_second->low) ? per_second->value : per_second->low;
    forecast.fate = least > 0 ? FATE_DIES : FATE_NO_GROWTH;
    forecast.seconds += since;
    forecast.soonest += since;
    forecast.latest += since;
    return forecast;
}

static const double year = 365.25 * 86400, years_most = 10;

/* Three digits, or as many as hold: of what is known within 2 % two, within 20 % one. */
static int digits_of(double within)
{
    return within > 0.05 ? 1 : within > 0.005 ? 2 : 3;
}

static const char *time_in_digits(char text[FORECAST_TEXT], double seconds, int digits)
{
    static const struct {
        double from, unit;
        const char *name;
    } units[] = {{2 * 365.25 * 86400, 365.25 * 86400, "years"},
                 {2 * 86400, 86400, "days"},
                 {2 * 3600, 3600, "h"},
                 {2 * 60, 60, "min"},
                 {0, 1, "s"}};
    if (isnan(seconds))
        snprintf(text, FORECAST_TEXT, "an unknown time");
    else if (isinf(seconds))
        snprintf(text, FORECAST_TEXT, "never");
    else if (seconds > years_most * year)
        snprintf(text, FORECAST_TEXT, "more than %.0f years", years_most);
    else
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            double value = seconds / units[i].unit;
            if (seconds < units[i].from)
                continue;
            int place = value > 0 ? (int)floor(log10(value)) - digits + 1 : 0;
            double step = pow(10, place);
            int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0; /* of three digits */
            decimals -= 3 - digits;
            snprintf(text, FORECAST_TEXT, "%.*f %s", decimals > 0 ? decimals : 0,
                     round(value / step) * step, units[i].name);
            break;
        }
    return text;
}

const char *forecast_time(char text[FORECAST_TEXT], double seconds)
{
    return time_in_digits(text, seconds, 3);
}

/* How far off it may be, as a share of the time. */
static double share_off(const struct forecast *forecast)
{
    double off = fmax(forecast->latest - forecast->seconds, forecast->seconds - forecast->soonest);
    return isfinite(off) && forecast->seconds > 0 ? off / forecast->seconds : 0;
}

static const char *time_of(char text[FORECAST_TEXT], const struct forecast *forecast)
{
    double off = forecast->latest == forecast->soonest ? 0 : share_off(forecast);
    bool open = isinf(forecast->latest) && isfinite(forecast->seconds);
    return time_in_digits(text, forecast->seconds, open ? 1 : digits_of(off));
}

/* It is the interval of the figure that it was made of, and is called by what that covers. No measurement of this kind
 * can be trusted further than 1 %. */
static void say_interval(FILE *out, const struct forecast *forecast)
{
    char soonest[FORECAST_TEXT], latest[FORECAST_TEXT];
    const char *covers = interval_covers(forecast->basis);
    covers = *covers ? covers : "interval";
    if (forecast->soonest == forecast->seconds && forecast->latest == forecast->seconds)
        return;
    time_in_digits(soonest, forecast->soonest, 3);
    time_in_digits(latest, forecast->latest, 3);
    if (forecast->soonest > years_most * year)
        return;
    if (share_off(forecast) < 0.01 && isfinite(forecast->latest))
        fprintf(out, " (%s: within 1 %%)", covers);
    else
        fprintf(out, " (%s: %s to %s)", covers, soonest, latest);
}

const char *forecast_brief(char text[FORECAST_TEXT], const struct forecast *forecast)
{
    char time[FORECAST_TEXT], level[FIGURE];
    if (forecast->fate == FATE_DIES)
        return time_of(text, forecast);
    if (forecast->fate == FATE_MAY_LEVEL)
        snprintf(text, FORECAST_TEXT, "%.20s, or levels off", time_of(time, forecast));
    else if (forecast->fate == FATE_LEVELS)
        snprintf(text, FORECAST_TEXT, "levels off at %.20s", figure_bytes(level, forecast->level));
    else
        snprintf(text, FORECAST_TEXT, "-");
    return text;
}

char *forecast_words(const struct forecast *forecast)
{
    char time[FORECAST_TEXT], start[FIGURE], level[FIGURE];
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    switch (forecast->fate) {
    case FATE_UNKNOWN:
        fputs("not measured", out);
        break;
    case FATE_AT_START:
        fprintf(out, "does not start: it takes %s before any load",
                figure_bytes(start, forecast->start));
        break;
    case FATE_NO_GROWTH:
        fprintf(out, "does not die by this: no growth was seen");
        if (isfinite(forecast->soonest))
            fprintf(out, ", and by the upper end (%s) not before %s",
                    interval_covers(forecast->basis), time_in_digits(time, forecast->soonest, 2));
        break;
    case FATE_LEVELS:
        fprintf(out, "does not die by this: it levels off at %s or below",
                figure_bytes(level, forecast->level));
        break;
    case FATE_MAY_LEVEL:
    case FATE_DIES:
        fprintf(out, "dies after %s", time_of(time, forecast));
        say_interval(out, forecast);
        if (forecast->fate == FATE_MAY_LEVEL)
            fprintf(out, ", unless it has levelled off by then");
    }
    return stream_close(out, &held);
}
