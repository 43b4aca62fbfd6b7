#include "page/axis.h"
#include <math.h>
#include <stdio.h>

struct axis axis_to(double greatest)
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    struct axis axis = {.end = greatest > 0 ? 1.06 * greatest : 1};
    double power = pow(10, floor(log10(axis.end / 5))), step = power;
    for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++) {
        step = steps[i] * power;
        if (axis.end / step <= 5)
            break;
    }
    for (double value = 0; value <= axis.end && axis.ticks < AXIS_TICKS; value += step)
        axis.tick[axis.ticks++] = value;
    return axis;
}

const char *axis_label(char text[AXIS_LABEL], double value)
{
    static const struct {
        double unit;
        const char *name;
    } units[] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    for (unsigned i = 0; i < sizeof units / sizeof *units; i++) {
        if (value < units[i].unit)
            continue;
        snprintf(text, AXIS_LABEL, "%.3g%s", value / units[i].unit, units[i].name);
        return text;
    }
    snprintf(text, AXIS_LABEL, "%.3g", value);
    return text;
}
