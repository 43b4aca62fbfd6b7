/* The samples' own text, as it was when this program was built. */
#pragma once

#include "catalog.h"

/* The path from the project's root, and what is in the file. NULL where pair is not the catalog's.
 * Static. */
const char *source_path(const struct pair *pair, enum variant variant);
const char *source_text(const struct pair *pair, enum variant variant);

/* Whether both halves have a twin in Go when this program was built: bench/go/leaks/<family>/<id>.go and in
 * fixes/. */
bool source_has_twin(const struct pair *pair);
