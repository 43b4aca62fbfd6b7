#include "record/bench_name.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t last_part(const char *name, size_t length)
{
    while (length && name[length - 1] != '/')
        length--;
    return length;
}

/* "manual_time", "iterations:7": how it was run is no part of what it is. */
static bool is_manner(const char *part)
{
    static const char *const manners[] = {"manual_time", "real_time", "process_time"};
    for (size_t i = 0; i < sizeof manners / sizeof *manners; i++)
        if (strcmp(part, manners[i]) == 0)
            return true;
    return strchr(part, ':') != NULL;
}

bool bench_name_trim(char *name)
{
    bool real = false;
    for (size_t at; (at = last_part(name, strlen(name))) > 1 && is_manner(name + at);
         name[at - 1] = 0)
        real |= strcmp(name + at, "manual_time") == 0 || strcmp(name + at, "real_time") == 0;
    return real;
}

size_t bench_name_split(const char *name, double *n)
{
    size_t length = strlen(name), at = last_part(name, length);
    *n = NAN;
    if (at < 2 || at == length || strspn(name + at, "0123456789") != length - at)
        return length;
    *n = strtod(name + at, NULL);
    return at - 1;
}
