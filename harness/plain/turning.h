/* Turns a libuv loop, and lets time pass for it, until nothing is due any more.
 *
 * Under the virtual clock time moves only when nothing is ready: no event, no callback that is due, no thread that runs, no
 * child that is on its way. What threads and children do takes real time, as long as they are not all asleep: at most
 * TURNING_PATIENCE in a row, in which nothing comes back.
 *
 * What time alone keeps busy would never end: after TURNING_STEPS deadlines that have changed nothing, or as many turns in
 * which no time passes, the rest goes on for ever. That count is of deadlines, so the same program has the same end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum { TURNING_STEPS = 1 << 14, TURNING_PATIENCE_MS = 5000 };

/* What is told before time moves, and asked for what has changed: any number that differs where it has. Either may be
 * NULL. */
struct turning {
    uv_loop_t *loop; /* NULL: there are only threads */
    void (*passing)(int64_t to);
    uint64_t (*what_there_is)(void);
    bool ran_out;      /* of patience, at any time */
    uv_timer_t keeper; /* ours: keeps the loop alive for handles that do not, and wakes it */
};

/* Opens what it needs of the loop: one timer more, the keeper, which who counts leaves out. */
int turning_begin(struct turning *turning, uv_loop_t *loop);
void turning_end(struct turning *turning);

/* Until all that is ready has been dealt with. False where there is always more: then it spins. */
bool turning_let_settle(struct turning *turning);

/* The same, and on until then, by loop_clock_now(). */
void turning_pass_until(struct turning *turning, int64_t when);

/* On until nothing is due any more, at most so many nanoseconds (0: no bound). False where time alone keeps something
 * busy for ever. */
bool turning_exhaust(struct turning *turning, int64_t bound);
