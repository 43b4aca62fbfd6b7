/* One process of a benchmark program: what it is asked, and what came of it. */
#pragma once

#include "campaign/busy.h"
#include <jansson.h>
#include <stddef.h>

struct measured_process {
    json_t *context,
        *runs;      /* of its report; the caller's. runs: one that says why, where it failed */
    double seconds; /* from its start to its end */
    struct busy_share share;
    int signal; /* that ended it; 0: none */
};

struct process_wish {
    const char *program, *row;
    int repetitions, core;
    double seconds;
    size_t padding;           /* bytes that the environment is longer */
    const char *const *words; /* for the program besides; ends with NULL, or NULL */
};

/* False: no memory, or the program can not be started: *why. */
bool process_measure(const struct process_wish *wish, struct measured_process *measured, char *why,
                     size_t size);

/* The names of all benchmarks of a program that match google-benchmark's filter (NULL: all), *count of them;
 * the caller frees them and the array. NULL: *why. */
char **process_rows(const char *program, const char *filter, const char *const *words,
                    size_t *count, char *why, size_t size);

/* Keeps this process and its children on one core: this one, or of a negative number the highest there is, as
 * the lowest serves most interrupts. Returns it; -1 with errno. */
int process_pin(int core);
