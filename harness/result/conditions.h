/* What two results do not have in common, so that their figures are no equals. */
#pragma once

#include "result/summary.h"

/* Machine, build, libraries, environment, settings: lines, each with a newline, or "". The caller frees it.
 * NULL: no memory. */
char *conditions_differ(const struct summary *before, const struct summary *after);

/* Why times and bytes measured under these conditions (a header each) are not to be compared: "other machine",
 * "other compiler", ..: the first of what they depend on that is known of both and differs. NULL: nothing. What is
 * counted does not depend on it. */
const char *conditions_bar(const json_t *before, const json_t *after);

/* Whether what one request leaves behind was measured under the same load, on which it depends. */
bool conditions_same_load(const struct settings *a, const struct settings *b);
