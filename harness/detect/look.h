/* Detectors that look from inside: in a process of its own, `leaklab case ID leak|fix DETECTOR`, as the program
 * serves. */
#pragma once

#include "catalog.h"

enum look { LOOK_COUNT, LOOK_SITES, LOOK_QUIESCENCE, LOOK_PROOF, LOOK_CENSUS, LOOKS };
extern const char *const look_names[LOOKS];

/* How much each serves before it looks; the count and the quiescence have served the first part before. */
enum {
    LOOK_COUNT_FIRST = 1000,
    LOOK_COUNT_THEN = 2000,
    LOOK_COUNT_LEAST = 20, /* a task for a hundred requests */
    LOOK_SITES_REQUESTS = 2000,
    LOOK_SITES_LEAST = 1000,
    LOOK_QUIESCENCE_FIRST = 10,
    LOOK_REQUESTS = 100,
    LOOK_PLAIN_REQUESTS = 20, /* of plain C: a thread a request is slow under Valgrind */
};

/* Of a pair of plain C LOOK_CENSUS, of all others one of the others. Serves, looks, and says on standard output: `findings N`, then whatever it reports. requests: false serves none.
 * Ends the process; where it can not even begin it returns an exit status. */
int look_run(const struct pair *pair, enum variant variant, enum look look, bool requests);
