/* A line that is put together piece by piece; what does not fit is cut. */
#pragma once

#include <stddef.h>

struct line {
    char *text;
    size_t size, length;
};

__attribute__((format(printf, 2, 3))) void line_add(struct line *line, const char *format, ...);
