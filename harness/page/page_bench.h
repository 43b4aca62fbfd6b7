/* The section of the benchmarks on the page. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

/* What operations cost, and the same in Go; nothing where there are no benchmarks. */
void page_benchmarks(FILE *out, const struct edition *edition);
