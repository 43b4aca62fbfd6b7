/* The two text shapes that Go's tools know. Errors of the output stay in the stream: ferror(). */
#pragma once

#include "profile/collect.h"
#include "profile/timers.h"
#include <stdio.h>

enum text_reader { FOR_PEOPLE, FOR_GO_TOOLS };

/* debug=1: a block a group, and a comment a group of timers where timers are given. For Go's tools
 * it is named a goroutine profile, and ends in the memory map by which `go tool pprof` finds the
 * names in the binary. */
void text_grouped(const struct profile *p, const struct timers *timers, enum text_reader reader,
                  FILE *out);

/* debug=2, leaked tasks marked where a proof is given: a block a task, in the order of task_each(), written as the tasks are walked; timers as
 * above. */
void text_full(profile_filter *filter, void *arg, const struct proof *proof,
               const struct timers *timers, FILE *out);
