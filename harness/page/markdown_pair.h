/* A pair in Markdown: a page of its own, and a section of the result that it was measured in. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

/* pairs/<id>.md, of the edition's pair of this index. The caller frees it; NULL: no memory, or `diff` does not
 * run. */
char *markdown_pair(const struct edition *edition, size_t index);

/* Within README.md of the saved result, under the anchor that citations name. */
void markdown_section(FILE *out, const struct summary *summary, const struct measured_pair *pair);
