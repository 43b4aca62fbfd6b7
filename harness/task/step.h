/* Virtual time, let pass by hand: deadline by deadline, for whoever wants to see what each of them leads to.
 * Called from a task, under the virtual clock; what a step has woken runs when the caller yields.
 *
 * A deadline counts its turns: 0 where something else than time has led to its being armed, else one more
 * than the one in whose step it was armed. A task that sleeps again and again, a ticker, a chain of tasks
 * that make one another after a while: their turns go up and up. What a task arms before it parks counts
 * for the step that it runs in.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* While it is on no deadline fires but by a step: the loop has its turns, and lets them be. Whoever sleeps
 * sleeps on, the caller too. */
void step_by_hand(bool on);

/* Whether the loop waits for more than it ever waited for at the least: then it may be worth a turn before time
 * moves. */
bool step_loop_waits(void);

struct step {
    int64_t when; /* may have passed already */
    uint32_t turns;
};

/* The next deadline. False where there is none, or none but those set aside and those at the end of time. */
bool step_next(struct step *next);

/* Moves time there, and fires it alone. There must be one. */
void step_take(void);

/* It does not fire before step_begin(). */
void step_set_aside(void);

/* Moves time on. It is the caller's doing: what is armed from now on has no turns. */
void step_to(int64_t when);

/* All that were set aside are due again, when they were or at once; all turns are 0. Returns how many
 * deadlines there are. */
size_t step_begin(void);

#ifdef __cplusplus
}
#endif
