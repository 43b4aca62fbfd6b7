/* README.md of a saved result: the table, the machine, the command, a section a pair. */
#pragma once

#include "page/edition.h"

/* For its own folder; others: the results beside it, some of which may have confirmed it. The caller frees it; NULL
 * where there is no memory. */
char *markdown_one(const struct summary *summary, const struct confirmers *others);
