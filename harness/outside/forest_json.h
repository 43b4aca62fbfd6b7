/* The tree of waiting, as JSON. What is alike below one task is one object and a count. */
#pragma once

#include "outside/target.h"
#include "outside/tree.h"
#include <stdio.h>

/* False: no memory, or out has failed. */
bool forest_write_json(const struct target *target, const struct look *look,
                       const struct tree *tree, FILE *out);
