/* Who waits for what is no channel: groups, conditions, semaphores, which wake whoever waits once somebody
 * live can reach them; and locks, which only those give back who have them.
 *
 * Such an object lies in a block, on a stack, or in static data. It is noted with its block or stack, and a
 * lock with the first of its owners that is not live; so that reaching a block costs a look only where
 * something is noted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct task;

/* Looks at all parked tasks and notes who waits for such things; then at once wakes those that can not
 * be decided. False where memory is short. */
bool waits_open(void);
void waits_close(void);

/* The block that starts here, or the stack of the task whose record is here, has been reached. */
void waits_reach(uintptr_t container, uint64_t cause);

/* A task has become live: what it has locked may be given back. */
void waits_live(const struct task *t);

/* Wakes all that it has woken once more. */
void waits_wake_again(void);

size_t waits_bytes(void);

extern size_t waits_noted;
static inline bool waits_are_watched(void)
{
    return waits_noted > 0;
}
