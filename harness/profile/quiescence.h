/* Until nothing moves any more: the moment at which a count of tasks means something.
 *
 * Under the virtual clock time is let pass deadline by deadline, for as long as something is due: a day, a
 * year. What time alone wakes again and again would never end, so it is known by its turns (task/step.h):
 * a deadline that has had too many is set aside, and when nothing else is due, all of these go on, for as many
 * turns again, then twice as many. This ends with a round after which there is no less than before, where
 * QUIESCENCE_STEPS are over (less where that was in vain the last time), or QUIESCENCE_TURNS of each. So what ends
 * after 64 turns is seen to end, whatever else there is (where deadlines go by ten thousands: after 16); alone, it
 * may take a hundred thousand: a look each second for a day. And what did end is given as many turns the next
 * time, however many there are of it. What ends later than that counts as woken for ever.
 *
 * A task that never parks does not hold time up: after a million runs of such tasks they are let run on
 * beside the rest. All bounds are in turns and runs, so that the same program has the same end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { QUIESCENCE_STEPS = 1 << 17, QUIESCENCE_TURNS = 1 << 17 };

struct quiescence {
    int64_t
        spinning_from; /* clock_now(): who has parked later is kept awake by time alone; INT64_MAX: nobody */
    bool restless; /* some task never parks */
    bool cut;      /* more was due, beyond the bound */
};

/* Called from a task. Lets every other task go on until it is parked, and under the virtual clock as much
 * time pass as is needed, at most `bound` (0: none; INT64_MAX: no bound). Under the real clock no time is
 * waited, only what the loop has ready is taken. */
struct quiescence quiescence_reach(int64_t bound);

/* Lets every other task go on until it is parked, but for those that never do. True where all are. */
bool quiescence_let_park(void);

/* Lets time pass until then, or where it is over already only all others park. Under the real clock a
 * sleep; under the virtual one a task that never parks does not hold it up. */
void quiescence_pass_until(int64_t when);

/* Has somebody told each time that virtual time is about to move, while one of these lets it pass. One at a
 * time; NULL: nobody. */
void quiescence_watch(void (*passing)(int64_t from, int64_t to));

#ifdef __cplusplus
}
#endif
