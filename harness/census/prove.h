/* How many handles nobody can close any more, and how many threads nobody can wake, in figures: for programs with a proof
 * (proof/plain.h) linked in. */
#pragma once

#include <stdint.h>

struct census_proven {
    uint64_t handles, threads;               /* that were asked about */
    uint64_t handles_proven, threads_proven; /* of these */
};

/* Of what has a mark of `since` or more, and is there still. NULL; or why nothing is known, and then all are 0. Takes no
 * memory of the heap; all other threads stand still meanwhile. */
const char *census_prove(uint32_t since, struct census_proven *proven);
