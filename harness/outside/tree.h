/* Who waits for whom: each task below the one that keeps it waiting, as far as that is known.
 *
 * A lock's owner is known. Of a channel, a wait group, a condition and a semaphore it is only known whose stack has
 * the address: who has it may send, say done, signal. That is a good guess and no more, and is told as such.
 */
#pragma once

#include "outside/look.h"
#include "outside/object.h"

enum tie {
    TIE_NONE,  /* nobody is known to keep it */
    TIE_OWNS,  /* the task above has the lock */
    TIE_HOLDS, /* the task above has the object's address on its stack */
};

struct node {
    uint32_t parent;            /* LOOK_NONE: a root */
    uint32_t first_child, next; /* by the tasks' ids; next: of the same parent, or the next root */
    uint32_t holders;           /* tasks that have the address, this tie's included */
    uint32_t cycle_to; /* of the first of a cycle: whom it waits for itself; else LOOK_NONE */
    uint64_t shape;    /* the same for two that are alike, with all that is below them */
    uint64_t object;   /* of the tie, or the first that it waits on */
    uint8_t tie;
    bool in_cycle;
};

struct tree {
    struct node *nodes; /* as the look's tasks */
    uint32_t first_root;
    size_t cycles, in_cycles; /* tasks in them */
};

/* False: no memory. To be freed, either way. */
bool tree_build(struct tree *tree, const struct look *look, struct memory *memory,
                const struct task_layout *layout);
void tree_free(struct tree *tree);
