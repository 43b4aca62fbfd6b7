/* bystander.html and .md: how long a request takes beside leaked tasks that it has nothing to do with. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

/* Where edition->bystander. The caller frees it; NULL: no memory. */
char *page_bystander(const struct edition *edition);
char *markdown_bystander_page(const struct edition *edition);

/* In a result's README.md. Nothing where there is none of it. */
void markdown_bystander(FILE *out, const struct benchmarks *benchmarks, const char *where);
