/* Random programs for the test of the proof's truth: tasks with hands full of channels, locks, contexts and timers,
 * which they make, share, hand on through each other, wait for, forget and drop. Any of them may end up waiting for
 * ever; the program itself knows of none that does.
 *
 * It hides nothing: what a task has lies in a block that its stack points to. */
#pragma once

#include "test/proof_things.h"

/* Where the program keeps things that no task has. */
extern struct thing volatile program_table[TABLE];
extern _Thread_local struct thing volatile program_thread_table[2];

/* Starts so many tasks, and lets them run until all are parked, or end. */
void program_start(int tasks);
/* One step of the program's own: puts things into its tables, takes some out, lets time pass. */
void program_step(void);
/* Wakes whatever can be woken, by every way there is, until nothing moves. */
void program_flush(void);
