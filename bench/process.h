/* One way of running for all that is timed: each row in a process of its own, pinned to one core. So no row
 * meets what another has left in the heap, in the stacks kept for the next, or in the branch predictors, and a
 * repetition is a new process. `make bench` and `make bench-go` both go by it, and agree. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* Least time of a row, in seconds, where nothing else is asked for. */
#define PROCESS_SECONDS "0.1"

/* The core to pin to, and what processes may use from now on: the highest of them, since the lowest serves most
 * interrupts, or the one asked for. -1: errno says why. */
int process_core(int asked);

/* Pins this process, and what it starts from now on, to that core, or to it and another one. */
bool process_pin(int core, bool two);

/* Calls run(arg) while the core has no unseen neighbour, as far as a yardstick before and after tells
 * (probe/yardstick.h): waits for that, a second at most, and calls it again, up to three times. The caller is pinned to
 * that core. run returns whether it came to an end that can be looked at; else there is no further one. Returns whether
 * the last run had the core for itself. as_it_comes: one run, and nobody looks. */
bool process_alone(bool (*run)(void *arg), void *arg, bool as_it_comes);

/* Standard output of a program, for the caller to free, and how it ended, as waitpid() has it. NULL with errno where
 * there is none. */
char *process_output(char *const argv[], int *status);

/* Runs the row of this whole name and no other: SUITE OPTION... The caller frees what it printed: JSON in
 * google-benchmark's form. */
char *process_row(const char *suite, const char *name, char *const *options, int *status);

/* Such a report as JSON; the caller drops it. NULL: it is none. */
json_t *process_report(const char *output);
