/* The command of a saved result, run here again. */
#pragma once

#include "result/summary.h"

/* Runs it as `leaklab run`, with a seed of its own, into a new file. It is a stranger's text, so nothing of it is handed to
 * a shell or to another program: only `leaklab run` with pairs, families and the options that say what to measure is
 * taken, and its own file and seed are left out. Returns what `leaklab run` does; where the command is none of these,
 * AGAIN_REFUSED, and says which word is why. */
enum { AGAIN_REFUSED = -1 };
int again(const struct summary *published, const char *file);
