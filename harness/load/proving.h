/* What a proof says of the tasks that load has left. */
#pragma once

#include "probe/gauges.h"

/* Of all tasks younger than `after`, but for the caller; but for proven->early. Takes no memory of the heap. */
void proving_look(struct proven *proven, uint64_t after);

/* Before load: what only leaked tasks reach now, of the heap, is not load's. Takes no memory of the heap either. */
void proving_keep_before(void);

/* After settle: what has come to that since. stack: resident bytes of a task's stack. Nothing where nothing can be
 * proven. */
void proving_kept(struct kept *kept, const struct proven *proven, uint64_t requests, int64_t stack);
