/* How fast a core is just now, by a fixed piece of work.
 *
 * A core is often one of two hardware threads, and the other one may be another guest's. What that does shows in
 * no counter of the kernel: no processor time is taken away, none is stolen, and yet everything here takes up to
 * twice as long, for milliseconds or for minutes. So a fixed piece of work that fills the core's units is done beside
 * what is measured: where it takes longer than it ever did at its best, the core was shared, or its clock was lower.
 */
#pragma once

#include <stdbool.h>

/* A suite of google-benchmark takes it beside each run where this is in its environment, and adds to its report, in
 * nanoseconds: the longer of the takes before and after; and the whole run, what it sets up in it. */
#define YARDSTICK_ASKED "LEAKLAB_YARDSTICK"
#define YARDSTICK_TOOK  "yardstick_ns"
#define YARDSTICK_WALL  "wall_ns"

/* Nanoseconds that the piece takes now, about 100,000 where the core is its own. */
double yardstick_take(void);

/* --- At its best -------------------------------------------------------------------------------- */

/* The shortest takes of all that were seen, the shortest first; empty at first. A clock that was stepped makes one look
 * shorter than any can be, and all others would be too long by it: so one alone is not believed. */
enum { YARDSTICK_KEPT = 32, YARDSTICK_ALIKE = 3 };

struct yardstick_best {
    double takes[YARDSTICK_KEPT]; /* nanoseconds */
    int count;
};

void yardstick_saw(struct yardstick_best *best, double took);

/* Takes it for about so many seconds. */
void yardstick_learn(struct yardstick_best *best, double seconds);

/* What it takes where nothing shares the core: the shortest take that two others are within 2 % of. Where no three are so
 * alike: the third shortest, or the last of fewer. INFINITY: none was seen. */
double yardstick_least(const struct yardstick_best *best);

/* --- Shared or not ------------------------------------------------------------------------------ */

/* Up to this many times its least time the core counts as its own. */
extern const double yardstick_free;

/* Whether two looks, one before and one after, saw the core its own; least: nanoseconds, yardstick_least(). */
bool yardstick_was_free(double before, double after, double least);

/* Waits until the core is its own, for three takes on end, at most so many seconds; how long that was. */
double yardstick_wait(struct yardstick_best *best, double seconds);
