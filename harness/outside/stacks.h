/* Where the tasks' stacks are: the runtime's slabs, found from outside. */
#pragma once

#include "outside/layout.h"

struct seen_slab {
    uint64_t at; /* of its record */
    uint64_t base, stride, guard;
    uint64_t used; /* a bit a place */
};

struct seen_slabs {
    struct seen_slab *all; /* by address */
    size_t length;
    bool is_cut; /* the list ended in what makes no sense */
};

/* False where memory is short, or the runtime's own record can not be read. The list is to be freed. */
bool stacks_find(struct seen_slabs *slabs, struct memory *memory, const struct task_layout *layout);
