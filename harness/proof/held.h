/* Counted references against those that are found: the guard against memory that the marker does not see.
 *
 * Of an object that nothing live reaches, every reference is a word on a stack that is not live, or in a block
 * that is not marked. Where fewer are found than were counted, somebody else has one: in memory that is not
 * seen, or nobody (a reference was lost). What that object leads to is then taken as reachable.
 *
 * A stack counts once for an object however many of its words point there; and who waits in a channel has it. Most leaks need no more than that: stacks and blocks are searched only where it
 * does not suffice, for objects by which somebody could come to anything. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* False where memory is short. */
bool held_open(void);
void held_close(void);

/* After all roots are marked: marks what those objects lead to that are held from where nothing was seen. False
 * where there was no room for all of them. */
bool held_mark_unseen(void);
