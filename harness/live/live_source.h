/* The text of a pair's halves, and of a control. */
#pragma once

#include "catalog.h"

/* NULL where the pair has no such half. Static. */
const char *live_source_path(const struct pair *pair, enum variant variant);
const char *live_source_text(const struct pair *pair, enum variant variant);
