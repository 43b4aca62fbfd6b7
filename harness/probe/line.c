#include "probe/line.h"
#include <stdarg.h>
#include <stdio.h>

void line_add(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line->text + line->length, line->size - line->length, format, arguments);
    va_end(arguments);
    size_t longest = line->size - 1;
    line->length = n < 0 || line->length + (size_t)n > longest ? longest : line->length + (size_t)n;
}
