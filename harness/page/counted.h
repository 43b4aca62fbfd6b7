/* What the figure of a pair counts, over its requests: what its leak leaves most plainly. Where that is of several kinds, the
 * handles come first; the words beside the figure name them all. */
#pragma once

#include "result/summary.h"

enum counted {
    COUNTED_TASKS,
    COUNTED_TIMERS,
    COUNTED_HANDLES,
    COUNTED_THREADS,
    COUNTED_REQUESTS,
    COUNTED_DESCRIPTORS,
    COUNTED_CONTEXTS,
    COUNTED_CHANNELS,
    COUNTED_HEAP /* bytes */
};

enum counted counted_of(const struct measured_pair *pair);

/* "live tasks", "open handles", "heap in use". */
const char *counted_text(enum counted counted);

/* How many there are in a look. */
double counted_in(enum counted counted, const struct counts *counts);

/* How many of it all requests have left behind, on average over the runs; NAN: not known. */
double counted_left(enum counted counted, const struct measured *measured);
