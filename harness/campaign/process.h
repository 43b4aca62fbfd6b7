/* One process of a benchmark program: what it is asked, and what came of it. */
#pragma once

#include "probe/noise.h"
#include <jansson.h>
#include <stddef.h>

struct measured_process {
    json_t *context,
        *runs;          /* of its report; the caller's. runs: one that says why, where it failed */
    double seconds;     /* from its start to its end */
    struct noise noise; /* of its core */
    size_t shared;      /* repetitions that too seldom had the core for themselves */
    double least;       /* of the yardstick, nanoseconds; INFINITY: the program has none */
    int signal;         /* that ended it; 0: none */
};

enum { PROCESS_WORDS = 32 };

struct process_wish {
    const char *program, *row;
    int repetitions, core;
    int pieces;     /* of a repetition: see record/bench_pieces.h */
    double seconds; /* of a repetition, at least */
    double least;   /* of the yardstick so far */
    size_t padding; /* bytes that the environment is longer */
    const char *const
        *words; /* for the program besides, PROCESS_WORDS at most; ends with NULL, or NULL */
};

/* False: no memory, or the program can not be started: *why. */
bool process_measure(const struct process_wish *wish, struct measured_process *measured, char *why,
                     size_t size);

/* How many pieces a repetition of this row has, by some runs of one piece, whose least take of the yardstick is put into
 * *least where that is less. 1 where the row fails. */
int process_pieces(const struct process_wish *wish, double *least);

/* The names of all benchmarks of a program that match google-benchmark's filter (NULL: all), *count of them;
 * the caller frees them and the array. Words as in a wish. NULL: *why. */
char **process_rows(const char *program, const char *filter, const char *const *words,
                    size_t *count, char *why, size_t size);

/* Keeps this process and its children on one core: this one, or of a negative number the highest there is, as
 * the lowest serves most interrupts. Returns it; -1 with errno. */
int process_pin(int core);
