/* What only leaked tasks can reach: told by what is marked, while a look goes on. */
#pragma once

#include <stdint.h>

/* Of the heap what nobody can reach but tasks that are leaked, or that time alone wakes. */
struct proof_kept {
    int64_t channels, contexts,
        timers;     /* a timer's channel, and a context's, are no channel here */
    int64_t blocks; /* all others */
    int64_t bytes;  /* of all of them, as the allocator has them */
};

/* --- For look.c ---------------------------------------------------------------------------------- */

/* Adds all blocks that are marked now, or takes them off. */
void kept_add(struct proof_kept *kept);
void kept_take_off(struct proof_kept *kept);

/* Marks what the tasks can reach that are not live, by their stacks and by what they wait for; these stay so. */
void kept_mark_leaked(void);
