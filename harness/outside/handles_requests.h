/* Requests in flight of another process. Private to outside/. */
#pragma once

#include "outside/handles_looker.h"

/* The n records that are in l->records, the first of this number. False: no memory. */
bool requests_take(struct looker *l, uint64_t first, size_t n);
