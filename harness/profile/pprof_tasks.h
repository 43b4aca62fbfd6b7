/* The profile as pprof reads it: gzip-compressed profile.proto, complete without the binary. */
#pragma once

#include "profile/collect.h"
#include <stdio.h>

/* Writes group by group; beside the groups it keeps one entry a distinct text, function, address
 * and module. 0, or -1 with errno; errors of the stream stay in it: ferror(). */
int pprof_write(const struct profile *p, FILE *out);
