/* benchmarks.html: what operations cost, and the comparison with Go. */
#pragma once

#include "page/edition.h"

/* Where frame_has_benchmarks(). The caller frees it; NULL: no memory. */
char *page_benchmarks(const struct edition *edition);
