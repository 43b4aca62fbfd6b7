#include "probe/figures.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

const char *figure_count(char text[FIGURE], int64_t count)
{
    char digits[FIGURE];
    int length = snprintf(digits, sizeof digits, "%" PRId64, count);
    char *to = text;
    for (int i = 0; i < length; i++) {
        *to++ = digits[i];
        int rest = length - 1 - i;
        if (rest > 0 && rest % 3 == 0 && digits[i] != '-')
            *to++ = ',';
    }
    *to = 0;
    return text;
}

const char *figure_bytes(char text[FIGURE], double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (fabs(bytes) >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1024;
        unit++;
    }
    snprintf(text, FIGURE, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
    return text;
}

const char *figure_time(char text[FIGURE], double nanoseconds)
{
    static const struct {
        double from, unit;
        const char *name;
    } units[] = {
        {60e9, 60e9, "min"}, {1e9, 1e9, "s"}, {1e6, 1e6, "ms"}, {999.5, 1e3, "us"}, {0, 1, "ns"}};
    if (isnan(nanoseconds))
        snprintf(text, FIGURE, "-");
    else if (isinf(nanoseconds))
        snprintf(text, FIGURE, "never");
    else
        for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
            if (nanoseconds < units[i].from)
                continue;
            double value = nanoseconds / units[i].unit;
            int decimals = value < 9.95 && units[i].from > 0 ? 1 : 0;
            snprintf(text, FIGURE, "%.*f %s", decimals, value, units[i].name);
            break;
        }
    return text;
}

const char *figure_span(char text[FIGURE], double seconds)
{
    static const struct {
        double from, unit;
        const char *name;
    } units[] = {{48 * 3600, 86400, "days"},
                 {24 * 3600, 86400, "day"},
                 {3600, 3600, "h"},
                 {60, 60, "min"},
                 {1, 1, "s"},
                 {0, 1e-3, "ms"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        /* From where it rounds up to the unit. */
        if (seconds < units[i].from * 0.9995)
            continue;
        snprintf(text, FIGURE, "%.3g %s", seconds / units[i].unit, units[i].name);
        break;
    }
    return text;
}

const char *figure_rounded(char text[FIGURE], double count)
{
    double step = count >= 1000 ? pow(10, floor(log10(count)) - 2) : 1;
    if (count < 1000)
        snprintf(text, FIGURE, "%.3g", count);
    else
        figure_count(text, llround(fmin(round(count / step) * step, 1e18)));
    return text;
}

const char *figure_digits(char text[FIGURE], double value)
{
    if (fabs(value) >= 99999.5 && fabs(value) < 1e18)
        return figure_count(text, llround(value));
    snprintf(text, FIGURE, "%.5g", value);
    return text;
}

const char *figure_cost(char text[FIGURE], double nanoseconds)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    size_t unit = 0;
    if (!isfinite(nanoseconds)) {
        snprintf(text, FIGURE, "-");
        return text;
    }
    double value = nanoseconds;
    for (; value >= 999.5 && unit + 1 < sizeof units / sizeof *units; unit++)
        value /= 1000;
    int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    snprintf(text, FIGURE, "%.*f %s", decimals, fmin(value, 1e15), units[unit]);
    return text;
}

const char *figure_rate(char text[FIGURE], double per_second)
{
    if (per_second <= 0)
        snprintf(text, FIGURE, "max");
    else if (per_second >= 1)
        snprintf(text, FIGURE, "%.6g/s", per_second);
    else
        snprintf(text, FIGURE, "%.6g/min", per_second * 60);
    return text;
}
