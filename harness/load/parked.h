/* Who is still there after settle, for the gauges. */
#pragma once

#include "probe/gauges.h"

/* Fills *parked with the tasks made after the one with id `after`, the caller left out: those that
 * wait at one line for one reason are one group. Tasks that have parked since awake_since (on
 * clock_now()) count as kept awake. */
void parked_collect(struct parked *parked, uint64_t after, int64_t awake_since);
