/* How many there were of each kind, and for how long, in the course of one leg.
 *
 * Held time is the area under the curve of what the leg has made: of each kind, how many there were, times how
 * long. Divided by the requests it is what there is of it in the end under a steady load of one request a
 * second (Little's law), and no object need be followed.
 *
 * What will stay is not known before the end. So the curve is kept twice, as it is now and as it was when
 * there was least of it: later ups and downs, of what time alone keeps busy, are no part of what was held.
 *
 * Nothing is allocated. One after the other: begin, any of see, go_on and part, hold, go_on, end.
 */
#pragma once

#include "probe/gauges.h"

struct curve {
    int64_t there;           /* at the last look */
    int64_t all;             /* the same and all older ones */
    double area;             /* count times nanoseconds, so far */
    int64_t least, least_at; /* of the count since load was over, and since when */
    double area_at_hold, area_at_least;
};

struct curves {
    struct leg *leg;
    int64_t now, held_at; /* the time that they have come to; when load was over */
    int part;
    bool held;
    bool changed; /* since the range was taken */
    struct curve of[KINDS];
};

/* Clears the leg. */
void curves_begin(struct curves *curves, struct leg *leg, int64_t now);

/* From now on there are so many of the leg's own, and of old and new. */
void curves_see(struct curves *curves, enum kind kind, int64_t there, int64_t all);

/* Time passes: until `to` there is what was seen last. */
void curves_go_on(struct curves *curves, int64_t to);

/* The next part of load begins, from 1 on. */
void curves_part(struct curves *curves, int part);

/* A request more was sent, or was not. */
void curves_request(struct curves *curves, bool made);

void curves_hold(struct curves *curves);

/* Into leg->all, seconds and gone; leg->counts are there. */
void curves_end(struct curves *curves);
