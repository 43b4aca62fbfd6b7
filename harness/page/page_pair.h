/* pairs/<id>.html: one pair, with all that is known of it. */
#pragma once

#include "page/edition.h"

/* The page of the edition's pair of this index. The caller frees it; NULL: no memory, or `diff` does not run. */
char *page_pair(const struct edition *edition, size_t index);
