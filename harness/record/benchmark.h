/* What is known of a report of google-benchmark, and of each benchmark in it: its name, its runs, and what one
 * operation cost. */
#pragma once

#include "probe/levels.h"
#include "record/bench_fit.h"
#include <jansson.h>
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
        cost; /* of the runs that nothing disturbed, where there are any; or as the report has it in their place; nothing: a failure */
};

/* A whole report; read by record/benchmarks.h. */
struct benchmarks {
    json_t *report; /* as it is to be kept: without the host's name and the program's path */
    json_t *about;  /* the same conditions as the header of a record has them */
    size_t count, family_count;
    struct benchmark *all; /* in the order of the report */
    struct bench_family *families;
};
