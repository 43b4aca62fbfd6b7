/* The tasks as a list, as JSON: an object with groups; all: and the tasks. */
#pragma once

#include "outside/look.h"
#include "outside/target.h"
#include <stdio.h>

/* False: no memory, or out has failed. */
bool list_write_json(const struct target *target, const struct look *look, bool all, FILE *out);
