/* The two text shapes that Go's tools know. Errors of the output stay in the stream: ferror(). */
#pragma once

#include "profile/collect.h"
#include <stdio.h>

enum text_reader { FOR_PEOPLE, FOR_GO_TOOLS };

/* debug=1: a block a group. For Go's tools it is named a goroutine profile, and ends in the memory
 * map by which `go tool pprof` finds the names in the binary. */
void text_grouped(const struct profile *p, enum text_reader reader, FILE *out);

/* debug=2: a block a task, oldest first, written as the tasks are walked. */
void text_full(profile_filter *filter, void *arg, FILE *out);
