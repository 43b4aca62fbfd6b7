/* The lines of a file, plain or gzip-compressed, that may be cut off anywhere or be no text at
 * all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct lines;

/* NULL: *why says what stands against it. */
struct lines *lines_open(const char *path, char *why, size_t size);

enum lines_got {
    LINES_ONE,   /* a whole line; its text is valid until the next call, without its newline */
    LINES_END,   /* there are no more */
    LINES_CUT,   /* what is left has no newline, or the compressed data stop short */
    LINES_WRONG, /* a line longer than LINES_LONGEST, or one with a NUL, or it can not be read */
};

enum { LINES_LONGEST = 4 << 20 };

enum lines_got lines_next(struct lines *lines, const char **text, size_t *length);

/* Of the line that lines_next() gave last, from 1 on. */
size_t lines_number(const struct lines *lines);

void lines_close(struct lines *lines);
