#include "page/decades.h"
#include "page/axis.h"
#include "probe/figures.h"
#include <math.h>

enum { DECADES_MOST = 18 };

_Static_assert((int)FIGURE >= (int)AXIS_LABEL, "a label fits");

void decades_write(FILE *out, const char *name, double least, double greatest,
                   const char *(*label)(char *text, double value))
{
    const char *separator = "";
    int first = (int)ceil(log10(least) - 1e-9);
    int step = log10(greatest / least) > 6 ? 2 : 1;
    fprintf(out, "set %s (", name);
    for (int i = 0; i < DECADES_MOST && pow(10, first + i) <= greatest * 1.001; i += step) {
        char text[FIGURE];
        fprintf(out, "%s\"%s\" 1e%d", separator, label(text, pow(10, first + i)), first + i);
        separator = ", ";
    }
    fputs(")\n", out);
}

/* A decade has no other digits. */
const char *decades_time(char *text, double value)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    int power = (int)lround(log10(value));
    int unit = power < 3 ? 0 : power < 12 ? power / 3 : 3;
    snprintf(text, FIGURE, "%.4g %s", value / pow(10, 3 * unit), units[unit]);
    return text;
}

const char *decades_count(char *text, double value)
{
    return axis_label(text, value);
}
