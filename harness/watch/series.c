#include "watch/series.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE = 512 };

/* Seconds, of one and the same day or of all times; NAN. *rest: behind it. */
static double take_time(const char *text, char **rest)
{
    struct tm tm = {0};
    double seconds = NAN;
    int length = 0;
    if (sscanf(text, "%d-%d-%d%*[T ]%d:%d:%lf%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
               &tm.tm_min, &seconds, &length) == 6) {
        tm.tm_year -= 1900;
        tm.tm_mon -= 1;
        *rest = (char *)text + length;
        while (**rest && !strchr(" \t,;", **rest)) /* a zone: the same one in all lines */
            ++*rest;
        return (double)timegm(&tm) + seconds;
    }
    if (sscanf(text, "%d:%d:%lf%n", &tm.tm_hour, &tm.tm_min, &seconds, &length) == 3) {
        *rest = (char *)text + length;
        return tm.tm_hour * 3600.0 + tm.tm_min * 60.0 + seconds;
    }
    seconds = strtod(text, rest);
    return *rest == text ? NAN : seconds;
}

static double unit(const char *text)
{
    static const char units[] = "KMGT";
    const char *found = *text ? strchr(units, toupper((unsigned char)*text)) : NULL;
    return found ? pow(1024, (double)(found - units + 1)) : 1;
}

static bool read_point(const char *line, struct series_point *point)
{
    char *rest, *end;
    point->seconds = take_time(line, &rest);
    if (!isfinite(point->seconds))
        return false;
    rest += strspn(rest, " \t,;");
    point->value = strtod(rest, &end);
    if (end == rest || !isfinite(point->value))
        return false;
    end += *end == ' ' && isalpha((unsigned char)end[1]);
    point->value *= unit(end);
    return true;
}

static int by_time(const void *a, const void *b)
{
    double left = ((const struct series_point *)a)->seconds,
           right = ((const struct series_point *)b)->seconds;
    return (left > right) - (left < right);
}

static bool keep(struct series_read *series, size_t *room, struct series_point point)
{
    if (series->length == *room) {
        size_t larger = *room ? 2 * *room : 256;
        struct series_point *more = realloc(series->all, larger * sizeof *more);
        if (!more)
            return false;
        series->all = more;
        *room = larger;
    }
    series->all[series->length++] = point;
    return true;
}

bool series_read(const char *text, size_t length, struct series_read *series)
{
    const char *at = text, *end = text + length;
    size_t number = 0, room = 0;
    *series = (struct series_read){0};
    while (at < end) {
        char line[LINE];
        struct series_point point;
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((newline ? newline : end) - at);
        if (size >= sizeof line)
            size = sizeof line - 1; /* of a long line its beginning is read */
        memcpy(line, at, size);
        line[size] = 0;
        at = newline ? newline + 1 : end;
        number++;
        const char *first = line + strspn(line, " \t\r");
        if (!*first || *first == '#')
            continue;
        if (!read_point(first, &point)) {
            series->first_unread = series->unread++ ? series->first_unread : number;
        } else if (!keep(series, &room, point)) {
            free(series->all);
            *series = (struct series_read){0};
            return false;
        }
    }
    if (series->length)
        qsort(series->all, series->length, sizeof *series->all, by_time);
    return true;
}
