#include "result/forecast.h"
#include "probe/figures.h"
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
    struct forecast forecast = {.fate = FATE_UNKNOWN, .start = start, .level = NAN};
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

const char *forecast_time(char text[FORECAST_TEXT], double seconds)
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
    else
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            double value = seconds / units[i].unit;
            if (seconds < units[i].from)
                continue;
            int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
            snprintf(text, FORECAST_TEXT, "%.*f %s", decimals, value, units[i].name);
            break;
        }
    return text;
}

/* A narrow one by its share, which says more than two times that read the same. */
static void say_interval(FILE *out, const struct forecast *forecast)
{
    char soonest[FORECAST_TEXT], latest[FORECAST_TEXT];
    double share =
        fmax(forecast->latest - forecast->seconds, forecast->seconds - forecast->soonest) /
        forecast->seconds;
    if (forecast->soonest == forecast->seconds && forecast->latest == forecast->seconds)
        return;
    /* No measurement of this kind can be trusted further than that. */
    if (share < 0.01)
        fprintf(out, " (95 %% interval within 1 %%)");
    else
        fprintf(out, " (95 %% interval: %s to %s)", forecast_time(soonest, forecast->soonest),
                forecast_time(latest, forecast->latest));
}

const char *forecast_brief(char text[FORECAST_TEXT], const struct forecast *forecast)
{
    char time[FORECAST_TEXT], level[FIGURE];
    if (forecast->fate == FATE_DIES)
        return forecast_time(text, forecast->seconds);
    if (forecast->fate == FATE_MAY_LEVEL)
        snprintf(text, FORECAST_TEXT, "%.20s, or levels off",
                 forecast_time(time, forecast->seconds));
    else if (forecast->fate == FATE_LEVELS)
        snprintf(text, FORECAST_TEXT, "levels off at %.20s", figure_bytes(level, forecast->level));
    else
        snprintf(text, FORECAST_TEXT, "-");
    return text;
}

char *forecast_words(const struct forecast *forecast)
{
    char *text = NULL, time[FORECAST_TEXT], start[FIGURE], level[FIGURE];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
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
            fprintf(out, ", and by the interval's upper end not before %s",
                    forecast_time(time, forecast->soonest));
        break;
    case FATE_LEVELS:
        fprintf(out, "does not die by this: it levels off at %s or below",
                figure_bytes(level, forecast->level));
        break;
    case FATE_MAY_LEVEL:
    case FATE_DIES:
        fprintf(out, "dies after %s", forecast_time(time, forecast->seconds));
        say_interval(out, forecast);
        if (forecast->fate == FATE_MAY_LEVEL)
            fprintf(out, ", unless it has levelled off by then");
    }
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
