/* The same work here, in Go and on Boost.Fiber, in rows for people. */
#pragma once

#include "record/benchmarks.h"
#include "result/phrase.h"

/* What a comparison may have besides ours and Go as it comes. */
enum versus_more { VERSUS_NO_GC, VERSUS_TWO, VERSUS_FIBER, VERSUS_MORE };

/* "Go, GOGC=off", .. */
const char *versus_head(enum versus_more more);

/* The ratio is of each round's two. Of bytes, and of multiples of them, there is none: "". */
struct versus_row {
    const char *words;
    char go[PHRASE], ours[PHRASE], ratio[PHRASE], spread[PHRASE];
    char more[VERSUS_MORE][PHRASE]; /* "" where it is not there */
    char range[PHRASE];             /* of the ratio, over all the comparisons */
};

/* Of a comparison, *count rows; the caller frees them. NULL: no memory. all: others of other days and machines, and
 * this one among them, for the range; NULL: none. */
struct versus_row *versus_rows(const struct benchmarks *comparison,
                               const struct benchmarks *const *all, size_t all_count,
                               size_t *count);

/* Whether any row has it. */
bool versus_has(const struct versus_row *rows, size_t count, enum versus_more more);

/* "go1.26.0, GOGC=100, GOMAXPROCS=1": with which it was compared. */
const char *versus_go(const struct benchmarks *comparison);

/* What the columns are and how it was run, in sentences that follow the version of Go. */
const char *versus_explained(void);
