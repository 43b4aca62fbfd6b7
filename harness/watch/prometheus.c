#include "watch/prometheus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The value of `NAME VALUE` or `NAME{labels} VALUE [time]`; NAN where the line is of another name. */
static double value_of(const char *line, const char *end, const char *name)
{
    size_t length = strlen(name);
    char *after;
    if (strncmp(line, name, length) != 0)
        return NAN;
    const char *at = line + length;
    if (*at == '{') {
        while (at < end && *at != '}')
            at++;
        at += at < end;
    }
    if (at == line + length && *at != ' ' && *at != '\t')
        return NAN;
    double value = strtod(at, &after);
    return after == at || after > end ? NAN : value;
}

bool prometheus_read(const char *text, struct prometheus *seen)
{
    const struct {
        const char *name;
        double *value;
    } names[] = {
        {"go_goroutines", &seen->tasks},
        {"leaklab_tasks", &seen->tasks},
        {"leaklab_live_tasks", &seen->tasks},
        {"process_resident_memory_bytes", &seen->rss},
        {"leaklab_live_resident_memory_bytes", &seen->rss},
        {"process_start_time_seconds", &seen->started},
    };
    *seen = (struct prometheus){NAN, NAN, NAN};
    for (const char *line = text, *end; *line; line = *end ? end + 1 : end) {
        end = line + strcspn(line, "\n");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            double value = value_of(line, end, names[i].name);
            if (isfinite(value) && value >= 0 && isnan(*names[i].value))
                *names[i].value = value;
        }
    }
    return !isnan(seen->tasks) || !isnan(seen->rss);
}
