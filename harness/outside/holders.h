/* On whose stacks the addresses stand of what tasks wait on. */
#pragma once

#include "outside/look.h"
#include "outside/object.h"

struct holding {
    uint64_t object;
    uint32_t waiter, holder; /* the first of each; LOOK_NONE: none */
    uint32_t holders, last;  /* how many; the last that was seen */
};

struct holders {
    struct holding *all; /* a hash by the object, 0: free */
    size_t size;         /* a power of two */
    size_t length;
    uint64_t low, high; /* of the objects */
};

/* Notes that this task waits on this object. False: no memory. */
bool holders_add(struct holders *h, uint64_t object, uint32_t task);
/* Reads the stacks of all parked and ready tasks. False: no memory. */
bool holders_find(struct holders *h, const struct look *look, struct memory *memory,
                  const struct task_layout *layout);
/* Of an object that was added; else NULL. */
const struct holding *holders_of(const struct holders *h, uint64_t object);
void holders_free(struct holders *h);
