/* The table of a record with repetitions or with a sweep over settings: a line a variant and set of
 * settings, with intervals. */
#pragma once

#include "report/terminal.h"
#include "result/summary.h"

/* Of the settings only those have a column that are not the same everywhere. On a terminal that is too
 * narrow each row goes over several lines. False: no memory. */
bool grid_print(const struct terminal *t, const struct summary *summary);
