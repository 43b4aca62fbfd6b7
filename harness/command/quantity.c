#include "command/quantity.h"
#include "task/time.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool whole(const char *text, uint64_t least, uint64_t most, uint64_t *value, char **rest)
{
    if (!isdigit((unsigned char)*text)) /* no sign, no space */
        return false;
    errno = 0;
    unsigned long long number = strtoull(text, rest, 10);
    if (errno || number < least || number > most)
        return false;
    *value = number;
    return true;
}

/* Digits with at most one point between them: no sign, exponent, hexadecimal, infinity. */
static bool decimal(const char *text, double *value, const char **rest)
{
    enum { LONGEST = 32 };
    size_t length = strspn(text, "0123456789.");
    const char *point = memchr(text, '.', length);
    if (length == 0 || length > LONGEST || text[0] == '.' || text[length - 1] == '.')
        return false;
    if (point && memchr(point + 1, '.', length - (size_t)(point + 1 - text)))
        return false;
    char digits[LONGEST + 1] = "";
    memcpy(digits, text, length);
    *value = strtod(digits, NULL);
    *rest = text + length;
    return true;
}

struct unit {
    const char *name;
    double factor;
};

static bool factor_of(const char *name, const struct unit *units, double *factor)
{
    for (; units->name; units++) {
        if (strcmp(name, units->name) == 0) {
            *factor = units->factor;
            return true;
        }
    }
    return false;
}

bool quantity_count(const char *text, uint64_t *count)
{
    char *rest;
    return whole(text, 1, COUNT_MOST, count, &rest) && *rest == 0;
}

bool quantity_seed(const char *text, uint64_t *seed)
{
    char *rest;
    return whole(text, 0, INT64_MAX, seed, &rest) && *rest == 0;
}

bool quantity_samples(const char *text, double *per_second)
{
    const char *rest;
    return decimal(text, per_second, &rest) && *rest == 0 && *per_second <= 1000;
}

bool quantity_rate(const char *text, double *per_second)
{
    static const struct unit units[] = {
        {"", 1}, {"/s", 1}, {"/min", 1 / 60.0}, {"/h", 1 / 3600.0}, {NULL, 0}};
    double value, factor;
    const char *rest;
    if (strcmp(text, "max") == 0) {
        *per_second = 0;
        return true;
    }
    if (!decimal(text, &value, &rest) || !factor_of(rest, units, &factor))
        return false;
    value *= factor;
    if (value < 1e-6 || value > 1e7)
        return false;
    *per_second = value;
    return true;
}

bool quantity_time(const char *text, int64_t *nanoseconds)
{
    static const struct unit units[] = {{"us", MICROSECOND}, {"ms", MILLISECOND}, {"s", SECOND},
                                        {"min", MINUTE},     {"h", HOUR},         {NULL, 0}};
    double value, factor;
    const char *rest;
    if (!decimal(text, &value, &rest) || !factor_of(rest, units, &factor))
        return false;
    value *= factor;
    if (value < MICROSECOND || value > 1000.0 * HOUR)
        return false;
    *nanoseconds = (int64_t)value;
    return true;
}

bool quantity_size(const char *text, uint64_t *bytes)
{
    static const struct unit units[] = {{"", 1},          {"K", 1 << 10},   {"KiB", 1 << 10},
                                        {"M", 1 << 20},   {"MiB", 1 << 20}, {"G", 1 << 30},
                                        {"GiB", 1 << 30}, {NULL, 0}};
    uint64_t value;
    double factor;
    char *rest;
    if (!whole(text, 1, UINT64_MAX, &value, &rest) || !factor_of(rest, units, &factor))
        return false;
    return !__builtin_mul_overflow(value, (uint64_t)factor, bytes) && *bytes <= INT64_MAX;
}
