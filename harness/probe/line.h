/* A line that is put together piece by piece; what does not fit is cut. */
#pragma once

#include <stddef.h>

struct line {
    char *text;
    size_t size, length;
};

void line_add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
