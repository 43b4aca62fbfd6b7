/* The names that google-benchmark gives: FUNCTION/ARGUMENTS/OPTIONS/threads:N. An argument is 64, or
 * size:64 where it has a name; options say how it was run, in this order: min_time:0.500,
 * min_warmup_time:0.500, iterations:7, repeats:5, process_time, manual_time or real_time. The function's
 * own name may have any character, a slash too. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What a report says of a run beside its name; 0: not known. It tells an option from an argument that has
 * the same name. */
struct bench_how {
    int64_t iterations, repetitions, threads;
};

/* The name without its options: those are no part of what it is. The caller frees it; NULL: no memory. */
char *bench_name_told(const char *run_name, const struct bench_how *how);

/* Whether the clock that counts is not the processor's. */
bool bench_name_real(const char *run_name);

/* A name without options, taken apart: those of one family differ by n alone, its last argument or else
 * its threads. */
struct bench_split {
    char *family; /* "BM_Hoist", "BM_Hoist/size:N" */
    char *stem;   /* without n: what google-benchmark calls the fit over all of them */
    double n;     /* NAN: none */
};

/* The caller frees both texts. False: no memory. */
bool bench_name_split(const char *name, struct bench_split *split);
