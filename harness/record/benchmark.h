/* One benchmark of a report: its name, its runs, and what one operation cost. */
#pragma once

#include "probe/levels.h"
#include <stdbool.h>
#include <stddef.h>

/* What a figure is of: nanoseconds, bytes, or a multiple of something. */
enum unit { UNIT_TIME, UNIT_BYTES, UNIT_TIMES };

/* What one operation cost. NAN: not known. */
struct bench_cost {
    size_t runs;
    double mean, median, least, most;
    double deviation; /* of the runs, standard */
};

struct benchmark {
    char *name; /* "micro/timer/fire/1000": without how it was run, where no other is called so */
    char *run_name; /* as google-benchmark calls it */
    char *words;    /* what it says of itself, or NULL */
    char *failure;  /* why it is worth nothing, or NULL */
    bool skipped;   /* it did not fail, but did not run on purpose: failure says why */
    size_t family;  /* its number */
    double n;       /* NAN: none */
    enum unit unit;
    size_t run_count;
    double *runs; /* what one operation cost, a repetition each */
    /* The same with the process and the build that each came from; the same process for all of a report that
     * does not say. */
    struct draw *draws;
    struct bench_cost
        cost; /* of the runs, or as the report has it in their place; nothing: a failure */
};
