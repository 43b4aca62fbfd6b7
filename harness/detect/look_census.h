/* The census, asked at the end of a test (look.h). */
#pragma once

#include "catalog.h"

/* Serves so many requests of a pair of plain C, and says what is left of them, as look_run() does. Returns an exit status. */
int look_census(const struct pair *pair, enum variant variant, uint64_t requests);
