/* results/index.html: all pairs on one page that needs no network and no script. */
#pragma once

#include "page/edition.h"

/* The whole page. The caller frees it; NULL where there is no memory, or `diff` does not run. */
char *page(const struct edition *edition);
