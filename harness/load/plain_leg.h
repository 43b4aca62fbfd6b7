/* Counts of one leg of a case of plain C: handles, requests in flight, bytes queued, descriptors, threads, heap. As
 * load/leg.h, but that what is there is counted by subtraction. One leg at a time; nothing is allocated. */
#pragma once

#include "plain/turning.h"
#include "probe/gauges.h"

/* Of this loop (or NULL), but for what is the harness's own. live: kept up to date for who looks from outside. */
void plain_leg_prepare(const struct turning *turning, struct counts *live);

void plain_leg_begin(struct leg *leg);
void plain_leg_request(void);
void plain_leg_part(int part);
void plain_leg_pass(int64_t to); /* time is about to move */
void plain_leg_look(void);       /* at bytes in queues too: it goes through all handles */
void plain_leg_hold(void);
void plain_leg_end(void);

/* Once before anything is counted: what a proof opens for itself is then there, and is nobody's leak. */
void plain_leg_prove_first(void);

/* What a proof says of what this leg, or the last, has made and is there: of what is held, and then of what is left. No memory
 * of the heap. */
void plain_leg_prove_early(struct gauges *gauges);
void plain_leg_prove(struct gauges *gauges);

/* What there is, as one number that differs where anything has changed. */
uint64_t plain_leg_what_there_is(void);

/* Who was left, and what was only held, into gauges->objects. Takes memory: after all counts. */
void plain_leg_tell(struct gauges *gauges);
