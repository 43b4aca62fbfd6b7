/* What the comparison runs: one row of one side, in a process of its own. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Go as it comes, on one processor; without its collector; on two processors; and Boost.Fiber. */
enum side { OURS, GO, GO_NO_GC, GO_TWO, FIBER, SIDES };

/* "ours", "go", "go-no-gc", ..: in a report's names. */
const char *versus_side(enum side side);

struct versus_programs {
    const char *ours, *go,
        *fiber; /* the suite of bench/, Go's compiled tests of bench/go/, bench/fiber.cc's program */
    const char *seconds; /* least time of a row */
    int core;
    bool two;         /* there is another core */
    bool as_it_comes; /* whoever shares it */
};

/* Runs the row of this name (`micro/yield`) to its end and returns what it printed: JSON of suites, text of Go's.
 * once: a single iteration. *alone: whether it
 * had its core for itself, as bench/process.h says it. The caller frees it. NULL where the program could not be run or failed: a message has
 * gone to stderr, with what the program printed. */
char *versus_run(const struct versus_programs *programs, enum side side, const char *name,
                 bool once, bool *alone);

/* The context of a suite's report, NULL where there is none; the caller drops it. */
json_t *versus_context(const char *output);

/* What Go says of its version, and what it was run with: "go1.26.0, GOGC=100, GOMAXPROCS=1". */
void versus_go_version(const char *output, char *version, size_t size);

/* Takes a figure out of such an output: of a suite's a field of the row's JSON object ("cpu_time"),
 * of Go's a unit ("ns/op"). Returns 0, or -1 where it is not there or the run has failed. */
int versus_figure(enum side side, const char *output, const char *name, const char *field,
                  double *figure);
