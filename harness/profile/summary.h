/* The profile in words: who is parked where, on what, and who could wake them. */
#pragma once

#include "profile/collect.h"
#include "profile/peers.h"
#include <stdio.h>

/* Largest groups first, at most `most` of them, what is left in one line. peers may be NULL: then
 * nothing is said of objects. Errors of the stream stay in it: ferror(). */
void summary_write(const struct profile *p, const struct peers *peers, size_t most, FILE *out);
