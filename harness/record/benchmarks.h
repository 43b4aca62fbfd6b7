/* A report of google-benchmark, read back: of any suite of it (`make bench` makes ours), or of the
 * comparison with Go (`make bench-go`), whose rounds it holds as repetitions. Nothing of it is trusted. */
#pragma once

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
    struct bench_cost
        cost; /* of the runs, or as the report has it in their place; nothing: a failure */
};

struct benchmarks {
    json_t *report; /* as it is to be kept: without the host's name and the program's path */
    json_t *about;  /* the same conditions as the header of a record has them */
    size_t count, family_count;
    struct benchmark *all; /* in the order of the report */
    struct bench_family *families;
};

/* Whether what is at this path begins as such a report does. */
bool benchmarks_begin(const char *path);

/* NULL where it is none, or is damaged: *why is one line that names the file. The caller frees it by
 * benchmarks_free(). */
struct benchmarks *benchmarks_read(const char *path, char *why, size_t size);
void benchmarks_free(struct benchmarks *benchmarks);

/* Whether it is of the comparison with Go. */
bool benchmarks_compare(const struct benchmarks *benchmarks);

const struct benchmark *benchmarks_find(const struct benchmarks *benchmarks, const char *name);

/* The same benchmark in another report: of the same whole name, or else of the same one without how it was
 * run. */
const struct benchmark *benchmarks_same(const struct benchmarks *benchmarks,
                                        const struct benchmark *as);
