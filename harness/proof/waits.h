/* Who waits for what is no channel: groups, conditions, semaphores, which wake whoever waits once somebody
 * live can reach them; and locks, which only those give back who have them.
 *
 * Such an object lies in a block, on a stack, or in static data. It is noted with its block or stack, and a
 * lock with the first of its owners that is not live; so that reaching a block costs a look only where
 * something is noted.
 */
#pragma once

#include "proof/marker.h"
#include <stdbool.h>
#include <stddef.h>

/* Looks at all parked tasks and notes who waits for such things; then at once wakes those that can not
 * be decided. False where memory is short. */
bool waits_open(void);
void waits_close(void);

/* For marker_open(). */
extern const struct marker_watch waits_watch;

size_t waits_bytes(void);
