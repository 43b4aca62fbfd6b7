/* The census of another process, told. */
#pragma once

#include "outside/handles.h"
#include <jansson.h>
#include <stdio.h>

/* In words; or an object of JSON, new: {"on", "handles", "descriptors", "threads": how many, "cut", "groups"}, the groups as
 * census/listing.c writes them, of handles also "freed". False, NULL: no memory, or a full disk. */
bool handles_write(const struct target *target, const struct handles_seen *seen, FILE *out);
json_t *handles_json(const struct target *target, const struct handles_seen *seen);
