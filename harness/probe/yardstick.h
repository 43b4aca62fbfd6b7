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

/* Up to this many times its least time the core counts as its own. */
extern const double yardstick_free;

/* Whether two looks, one before and one after, saw the core its own; least: nanoseconds, the least ever seen. */
bool yardstick_was_free(double before, double after, double least);

/* The least of many takes within about so many seconds. */
double yardstick_least(double seconds);

/* Waits until the core is its own, for three takes on end, at most so many seconds; how long that was. A shorter time
 * than *least becomes the new one. */
double yardstick_wait(double *least, double seconds);
