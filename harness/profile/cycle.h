/* Locks that wait for each other in a circle. */
#pragma once

#include "profile/object.h"
#include <stdio.h>

/* Follows a lock to its owner, the lock that this one waits for to its owner, and so on. Where that comes back to where
 * it began: a line `cycle: A at FILE:LINE -> B at FILE:LINE -> A`. Else nothing. */
void cycle_write(const struct proof *proof, const void *lock, enum object_kind kind, FILE *out);
