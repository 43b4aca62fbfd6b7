/* The tasks as a list, as JSON: an object with groups; all: and the tasks. */
#pragma once

#include "outside/look.h"
#include "outside/target.h"
#include <jansson.h>
#include <stdio.h>

/* census: what handles_json() made, or NULL. False: no memory, or out has failed. */
bool list_write_json(const struct target *target, const struct look *look, json_t *census, bool all,
                     FILE *out);
