/* Two results compared, as tables for a terminal: what changed, and of the rest how much there is. */
#pragma once

#include "report/terminal.h"
#include "result/compare_costs.h"

/* A table of up to so many rows shows them all. */
enum { COMPARISON_ROWS = 24 };

/* Each prints nothing of no rows. all: every row of a long table too, not only what changed. False: no
 * memory. */
bool comparison_pairs(const struct terminal *t, const struct comparison *rows, size_t count,
                      bool all);
bool comparison_costs(const struct terminal *t, const char *what,
                      const struct cost_comparison *rows, size_t count, bool all);
