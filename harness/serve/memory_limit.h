/* A limit that the service keeps itself: at it the process is killed as the system's own killer
 * would, without a chance to tidy up. */
#pragma once

#include <stdint.h>

/* Looks ten times a second from now on, on the runtime's loop, which does not stay alive for it.
 * What takes more than is left in a tenth of a second passes unseen until the next look. */
void memory_limit_start(uint64_t bytes);

/* How much may be promised: what the machine, and the control group, have left. Bytes. */
int64_t memory_limit_most(void);
