/* The tree of waiting, written. What is alike below one task, with all that is below it, is one line and a number. */
#pragma once

#include "outside/target.h"
#include "outside/tree.h"
#include <stdio.h>

/* False: no memory, or out has failed. */
bool forest_write(const struct target *target, const struct look *look, const struct tree *tree,
                  FILE *out);

/* --- For both --------------------------------------------------------------------------------------------- */

enum { FOREST_DEPTH = 64 }; /* deeper ones are counted */

/* Some that are alike: the one with the least id, and how many. */
struct alike {
    uint32_t task, count;
    uint64_t shape;
};

/* Those from `first` on, one beside the other, in the order of the first id. To be freed; NULL: no memory. */
struct alike *forest_alike(const struct tree *tree, uint32_t first, size_t *length);

/* How many are below a task, at any depth. */
size_t forest_below(const struct tree *tree, uint32_t task);
