/* The script by which gnuplot draws the costs of operations. */
#pragma once

#include "record/benchmarks.h"

/* Sets the output to "0.svg", "1.svg" and so on, in the order of the report. The caller frees it; NULL
 * where there is no memory. */
char *costs_script(const struct benchmarks *benchmarks);
