/* The parts of the Markdown. Private to markdown*.c. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

/* Text that came from outside: nothing in it is a tag, a link, code or a table's edge. */
void markdown_text(FILE *out, const char *words);

/* As it is, in a fence that its own backticks can not close. */
void markdown_code(FILE *out, const char *words);

/* What operations cost, with figures; where: what stands before the figures' paths. Nothing where
 * there are none. */
void markdown_benchmarks(FILE *out, const struct benchmarks *benchmarks, const char *where);

/* The same work in Go, likewise. */
void markdown_versus(FILE *out, const struct benchmarks *versus);
