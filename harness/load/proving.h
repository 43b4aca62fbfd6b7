/* What a proof says of the tasks that load has left. */
#pragma once

#include "probe/gauges.h"

/* Of all tasks younger than `after`, but for the caller; but for proven->early. Takes no memory of the heap. */
void proving_look(struct proven *proven, uint64_t after);
