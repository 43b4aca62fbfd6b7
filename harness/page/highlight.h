/* C in colours, for HTML: comments, strings, keywords, numbers, directives and called names. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* What goes on from one line to the next. Starts as zero. */
struct highlight {
    bool in_comment;
};

/* Writes one line without its newline, escaped, its parts in spans of the classes c, s, k, n, p
 * and f. */
void highlight_line(FILE *out, struct highlight *state, const char *line);
