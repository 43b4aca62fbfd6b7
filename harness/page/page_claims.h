/* claims.html and .md: the article, answered. */
#pragma once

#include "page/edition.h"

/* Of saved results. The caller frees it; NULL: no memory. */
char *page_claims(const struct edition *edition);
char *markdown_claims(const struct edition *edition);
