/* results/index.html: all pairs by family, each a row that leads to its page. Like all pages it needs no network
 * and no script. */
#pragma once

#include "page/edition.h"

/* The whole page. The caller frees it; NULL: no memory. */
char *page_index(const struct edition *edition);
