/* Counts of one leg: a load, from its baseline to settle. Of what is made during it only: tasks are told
 * by their ids, timers, channels and contexts by their epochs (task/inspect.h), so that what goes away of
 * older things makes up for nothing.
 *
 * Nothing is allocated between the counts. One leg at a time; in this order.
 */
#pragma once

#include "probe/gauges.h"
#include "profile/quiescence.h"

/* The baseline, after that has settled. harness_tasks: of those that live, how many are not the sample's. */
void leg_begin(struct leg *leg, unsigned harness_tasks, const struct quiescence *settled);

/* One request more, at about clock_now(); made: a task was there for it. Nothing where no leg is on. */
void leg_request(bool made, int64_t now);

/* The next part of it begins, from 1 on; the first one has begun. Where load has no known end they are not told. */
void leg_part(int part);

/* Load is over, and whoever returns has returned. */
void leg_hold(void);

/* Nothing is due any more. */
void leg_end(const struct quiescence *settled);

/* What is proven of those that are held, before it is known who stays. Takes no memory of the heap. */
void leg_prove_early(struct gauges *gauges);

/* Who was left, and what, into gauges->parked, passing, objects and progress.proven: takes memory, so after all counts. */
void leg_tell(struct gauges *gauges);
