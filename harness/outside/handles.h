/* The census of another process, or of a core: which handles, requests, descriptors and threads there are, made where. For programs
 * that have it linked in (census/census.h), with tasks or without. */
#pragma once

#include "outside/target.h"
#include "outside/things.h"

/* For a target with a census. False, with why: there is no memory, or its tables can not be read. To be freed, either way. */
bool handles_look(struct handles_seen *seen, const struct target *target, char why[HANDLES_WHY]);
void handles_free(struct handles_seen *seen);
