/* How what there is of a kind went on while requests came: a leak goes on as it began. */
#pragma once

#include "probe/gauges.h"

enum course {
    COURSE_ON,      /* as far as can be seen */
    COURSE_LEVEL,   /* it has come to an end, or comes down again and again */
    COURSE_SLOWING, /* there is less and less of it, and no end yet */
    COURSE_JUMPED,  /* nearly all of it came at once */
};

/* events: how many there were that left something. stays: what each request of load left, on average. before:
 * requests before load. A case that does not tell, or has told of too little, is COURSE_ON. */
enum course course_of(const struct leg *load, enum kind kind, double events, double stays,
                      double before);

/* Whether none came in the second half of load, however few came at all. */
bool course_is_early(const struct leg *load, enum kind kind);
