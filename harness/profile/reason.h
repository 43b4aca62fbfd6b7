/* Why nobody wakes the tasks of a group, or who will: what a proof knows, in words. */
#pragma once

#include "profile/collect.h"
#include "profile/peers.h"
#include <stdio.h>

/* `2,000 are leaked: nobody can ever wake them; 1 is live`, or why nothing is proven; a line, where a proof was
 * asked. */
void reason_write_counts(const struct profile *p, FILE *out);

/* Lines behind a group's own: its verdict; and behind one of its objects': who ought to have woken it. Nothing where
 * no proof was asked. */
void reason_write_verdict(const struct profile *p, const struct profile_group *g, FILE *out);
void reason_write_object(const struct profile *p, const struct profile_group *g,
                         const struct waited *w, FILE *out);
