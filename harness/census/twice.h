/* A handle that is closed, and again. Private to census/. */
#pragma once

#include "census/table.h"

/* Names the three places of a handle that is about to be closed again, for which libuv aborts: those of the two closes are
 * return addresses. */
void twice_say(const struct record *record, const void *first, const void *here);
