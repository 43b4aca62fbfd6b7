/* Things that wait for someone else, all with the same patience: first come, first given up.
 *
 * One timer of the loop stands for the first in line, whoever else waits. */
#pragma once

#include <stdint.h>
#include <uv.h>

/* Embedded in what waits. Zero-initialized it does not. */
struct waiting {
    struct waiting *next, *previous;
    uint64_t until; /* in milliseconds of uv_now(); 0 while it does not wait */
};

struct patience {
    struct waiting *first, *last;
    uint64_t milliseconds;
    void (*over)(struct waiting *w); /* told when it is over, taken out of line */
    uv_timer_t timer;
};

/* The loop does not stay alive for the timer. closing with uv_close() on .timer. */
void patience_start(struct patience *p, uv_loop_t *loop, int64_t nanoseconds,
                    void (*over)(struct waiting *w));

/* Waits anew, from now on. */
void patience_begin(struct patience *p, struct waiting *w);

/* Waits no longer, if it did. */
void patience_end(struct patience *p, struct waiting *w);
