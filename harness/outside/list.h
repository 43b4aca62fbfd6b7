/* The tasks as a list: a line a group, or a line a task. */
#pragma once

#include "outside/look.h"
#include "outside/target.h"
#include <stdio.h>

/* Writes what there is. all: a line a task. False: no memory, or out has failed. */
bool list_write(const struct target *target, const struct look *look, bool all, FILE *out);
