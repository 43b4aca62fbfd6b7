/* What two results do not have in common, so that their figures are no equals. */
#pragma once

#include "result/summary.h"

/* Machine, build, libraries, environment, settings: lines, each with a newline, or "". The caller frees it.
 * NULL: no memory. */
char *conditions_differ(const struct summary *before, const struct summary *after);

/* Whether what one request leaves behind was measured under the same load, on which it depends. */
bool conditions_same_load(const struct settings *a, const struct settings *b);
