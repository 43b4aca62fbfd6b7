/* What is drawn of benchmarks: one family over its N, or a pair's two. */
#pragma once

#include "record/benchmarks.h"

/* What is no pair is drawn as a fix is. */
enum costs_curve { CURVE_LEAK, CURVE_FIX, CURVES };

/* "leak", "fix" */
const char *costs_curve_name(enum costs_curve curve);

struct costs_drawn {
    const struct benchmarks *benchmarks;
    const struct bench_family *curve[CURVES]; /* NULL: none */
    const char *name;
    int name_length; /* of either's name, without its end */
};

/* What is drawn for the family of this number. False where that is in another family's drawing, or in
 * none: less than two points are no curve. */
bool costs_drawn_for(struct costs_drawn *drawn, const struct benchmarks *all, size_t number);

/* Whether it is a point of that family: a time, of some N. */
bool costs_is_point(const struct costs_drawn *drawn, const struct benchmark *b,
                    const struct bench_family *family);

#define FOR_EACH_POINT(b, drawn, family)                                                           \
    for (const struct benchmark *b = (drawn)->benchmarks->all,                                     \
                                *b##_end = b + (drawn)->benchmarks->count;                         \
         b < b##_end; b++)                                                                         \
        if (costs_is_point(drawn, b, family))
