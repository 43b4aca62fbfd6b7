/* Benchmarks that need a process of their own: what they leave behind must not be the next one's.
 *
 * Each N is done by a new process of this same program, which measures itself and sends back what
 * it found. So a leak is bounded by its N, and resident memory starts low.
 */
#pragma once

#include "bench/shim.h"

struct measured {
    double seconds;             /* for all N */
    struct bench_memory memory; /* allocated meanwhile */
    int figure_count;
    struct figure {
        char name[24];
        double value;
    } figures[8];
    char error[160]; /* empty where all went well */
};

/* Adds a counter to the benchmark's report. */
void measured_add(struct measured *m, const char *name, double value);

/* Where a count is not what the work must have made it, that is the error, unless there is one. */
void measured_expect(struct measured *m, const char *what, int64_t counted, int64_t expected);

struct fresh {
    const char *name;
    void (*work)(int64_t n, void *arg, struct measured *m); /* as a task, in a fresh process */
    void *arg;
    int64_t first, last;    /* n is first, first * 10, ... last */
    const int64_t *numbers; /* or each of these, and nothing is fitted over n; NULL */
    int number_count;
    int64_t (*operations)(int64_t n); /* what m->seconds is for; NULL: n of them */
};

/* Registers it: NAME/N, its time that of one operation. Copied, the name too. */
struct bench *bench_fresh(const struct fresh *fresh);

/* Where this is such a process, does the work and does not return. */
void fresh_main(int argc, char **argv);
