/* The profile in words: who is parked where, on what, and who could wake them. */
#pragma once

#include "profile/collect.h"
#include "profile/peers.h"
#include "profile/timers.h"
#include <stdio.h>

/* Largest groups first, at most `most` of them, what is left in one line. Of objects and of timers
 * nothing is said where they are NULL. Errors of the stream stay in it: ferror(). */
void summary_write(const struct profile *p, const struct peers *peers, const struct timers *timers,
                   size_t most, FILE *out);
