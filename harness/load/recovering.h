/* Ending what is proven to be leaked while a case goes on: settings.recover.
 *
 * Besides, whom only their own ticker wakes: if those that the warm-up's first half has made, and that wait at the same
 * place, all went on for ever, by every turn that quiescence gives. That is no proof, and is counted apart. What the
 * program has one of, or a few, is left alone.
 *
 * Called by the main task, between two requests. Takes no heap memory. */
#pragma once

#include "load/places.h"

void recovering_begin(struct gauges *gauges);

/* clock_now() at which the next look is due; INT64_MAX: never. */
int64_t recovering_due(void);

/* One look, and all that it ends have gone. Returns how many. */
uint64_t recovering_look(void);

/* Looks until there is nothing more to end: before a count. Returns whether there was. */
bool recovering_all(void);

/* Before and after the warm-up's first half has settled, of so many requests. Then those that went on for ever are
 * known, and made to end. */
void recovering_watch(uint64_t requests);
void recovering_learn(uint64_t requests, int64_t spinning_from);

/* What is told and counted are tasks younger than this one, from now on. */
void recovering_begin_leg(uint64_t task_before);

/* Names them, which takes memory. */
void recovering_tell(void);
