/* What the comparison with Go runs: one benchmark of one side, in a process of its own. */
#pragma once

#include <jansson.h>
#include <stddef.h>

enum side { OURS, GO, SIDES };

struct versus_programs {
    const char *path[SIDES]; /* the suite of bench/, and Go's compiled tests of bench/go/ */
    const char *seconds;     /* least time of a benchmark */
};

/* Runs the benchmark of this name (`micro/yield`) to its end and returns what it printed: JSON of
 * ours, text of Go's. once: a single iteration. The caller frees it. NULL where the program could
 * not be run or failed: a message has gone to stderr, with what the program printed. */
char *versus_run(const struct versus_programs *programs, enum side side, const char *name,
                 int once);

/* The context of a report of ours, NULL where there is none; the caller drops it. */
json_t *versus_context(const char *output);

/* What Go says of its version: "go1.26.0", or "Go of an unknown version". */
void versus_go_version(const char *output, char *version, size_t size);

/* Takes a figure out of such an output: of ours a field of the benchmark's JSON object ("cpu_time"),
 * of Go's a unit ("ns/op"). Returns 0, or -1 where it is not there or the run has failed. */
int versus_figure(enum side side, const char *output, const char *name, const char *field,
                  double *figure);
