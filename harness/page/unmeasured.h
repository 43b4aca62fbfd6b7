/* A pair that no saved result has, in the shape of one that was measured: its text and what the catalog
 * expects of it, and no run. */
#pragma once

#include "result/summary.h"
#include "source/source.h"

/* Points into the catalog and the samples' text; nothing in it is to be freed. */
struct measured_pair unmeasured_pair(const struct pair *pair);
