/* Other threads: what they hold is as live as what tasks do. While a proof looks they stand still, each in the
 * handler of a signal, with all its registers on its stack.
 *
 * Nobody stands still where there is but one thread. The signal is SIGRTMAX - 4; system calls that it interrupts go
 * on by themselves where the system lets them (SA_RESTART). */
#pragma once

#include "proof/range.h"
#include <stdbool.h>

/* NULL; or why nothing can be proven now, and then no thread stands still. From here to threads_resume() nothing
 * may be called that takes a lock: whoever has it may stand still. */
const char *threads_stop(void);
void threads_resume(void);

/* Whether any does. */
bool threads_stand_still(void);

/* Marks what the threads that stand still have on their stacks, of those that lie in a mapping: from an address upwards
 * to its end. glibc puts a thread's record and its thread-local data above its stack, so they are seen too. False
 * where there is no such stack. */
bool threads_mark_within(struct range r);

/* From here on those are left out that wait in a block of the heap, for no time that will come (futex), and would go on waiting now;
 * threads_mark_reached() goes on with those of them whose block has been reached by then, until no more are. After
 * blocks_open(). */
void threads_hold_back(void);
void threads_mark_reached(void);

/* For what a thread that stands still waits: the address; 0: it is not known to wait for a word of memory, or not there.
 * *held: whether it is left out still. */
uintptr_t threads_waits_for(int id, bool *held);
