/* The samples' own text, as it was when this program was built. */
#pragma once

#include "catalog.h"

/* The path from the project's root, and what is in the file. NULL where pair is not the catalog's.
 * Static. */
const char *source_path(const struct pair *pair, enum variant variant);
const char *source_text(const struct pair *pair, enum variant variant);
