/* A case's own process: runs one variant under the load that its gauges ask for. */
#pragma once

#include "catalog.h"

/* Goes through all phases and does not return. Expects the gauges at descriptor 3 and the parent at
 * descriptor 4 (probe/gauges.h); says on standard error what is missing and exits with 2. */
_Noreturn void child_run(const struct pair *pair, enum variant variant);

/* The same with other descriptors, and no group to join. */
_Noreturn void child_run_at(const struct pair *pair, enum variant variant, int gauges, int stream);
