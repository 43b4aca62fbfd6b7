/* A log of `time value` lines: how a program's memory, or anything else that has a limit, went. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct series_point {
    double seconds, value;
};

struct series_read {
    struct series_point *all; /* in the order of time; to be freed */
    size_t length, unread,
        first_unread; /* lines that are none of it, and the number of the first */
};

/* A time is a number of seconds, or like 2026-11-27T01:02:03Z or 01:02:03; a value a number, with K, M, G, KiB, kB and the
 * like behind it for bytes; between them blanks, a comma or a semicolon, and what follows is nobody's concern. False:
 * no memory. */
bool series_read(const char *text, size_t length, struct series_read *series);
