/* For what a task waits, where its dump does not say it in so many words. */
#pragma once

#include "dumps/dump.h"
#include "task/wait_reason.h"

/* Adds the draft to the dump, as dump_add() does: with its reason by its frames, where it has none or only
 * "semacquire", and two words for one thing made the same. Frames of the Go runtime that say how it waits are left
 * out. */
void reason_add(struct dump *dump, struct draft *draft);

/* The runtime's own word for it. WAIT_NONE: another one. */
enum wait_reason reason_of(const char *words);

/* Said of a channel where the frames do not tell which. */
#define REASON_EITHER "chan receive or send"
