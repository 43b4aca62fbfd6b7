/* README.md beside the results: the pairs by family, and all results. And the page of benchmarks. */
#pragma once

#include "page/edition.h"

/* The caller frees each; NULL where there is no memory. */
char *markdown_index(const struct edition *edition);
char *markdown_benchmarks_page(const struct edition *edition);
