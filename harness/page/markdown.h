/* README.md of the results: the table, a figure a pair, the machine, the command. */
#pragma once

#include "page/edition.h"

/* Of all results. The caller frees it; NULL where there is no memory. */
char *markdown_all(const struct edition *edition);

/* Of one saved result, for its own folder. Likewise. */
char *markdown_one(const struct summary *summary);
