/* Where to repeat: how many repetitions a process of each row has, by what the pilot's processes show. */
#pragma once

#include <jansson.h>

enum { PILOT_BLOCKS = 4, PILOT_REPETITIONS = 3, REPETITIONS_MOST = 10 };

/* {ROW: N, ..} of the lines of processes. NULL: no memory. */
json_t *plan_of(const json_t *processes, const json_t *rows);
