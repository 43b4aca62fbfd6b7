/* What a pair's table and curve count, where there is room for one kind: what its leak leaves most plainly. Where that is of
 * several kinds, handles come first; left.h names them all. */
#pragma once

#include "result/summary.h"

enum counted {
    COUNTED_TASKS,
    COUNTED_TIMERS,
    COUNTED_HANDLES,
    COUNTED_THREADS,
    COUNTED_REQUESTS,
    COUNTED_DESCRIPTORS,
    COUNTED_CONTEXTS,
    COUNTED_CHANNELS,
    COUNTED_HEAP /* bytes */
};

/* By what the catalog says of the leak. */
enum counted counted_expected(const struct expectation *leak);

/* The same; tasks, where a result of before has not kept it. */
enum counted counted_of(const struct measured_pair *pair);

enum kind counted_kind(enum counted counted);

/* "live tasks", "open handles", "heap in use": over a curve. */
const char *counted_text(enum counted counted);

/* "1.000 handle", "2.000 requests", "160 heap bytes"; "-" of what is not known. */
enum { COUNTED_CELL = 32 };
const char *counted_cell(char text[COUNTED_CELL], enum counted counted, double rate);

/* How many of it all requests have left behind, on average over the runs; NAN: not known. */
double counted_left(enum counted counted, const struct measured *measured);
