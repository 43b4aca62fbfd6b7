/* The parent's side: cases in child processes, sampled from outside, one after the other or several
 * at a time. Reports to whoever asks; knows nothing of terminals and files. */
#pragma once

#include "probe/outcome.h"

/* Told as it happens, on the thread that called lab_run(). Any of them may be NULL. */
struct lab_observer {
    void (*began)(const struct outcome *outcome, void *arg);
    void (*looked)(const struct outcome *outcome, const struct sample *sample, void *arg);
    void (*ended)(const struct outcome *outcome, void *arg);
    /* What the case has just written to its standard error; no text, `length` bytes. */
    void (*heard)(const char *said, size_t length, void *arg);
    void *arg;
};

struct lab_plan {
    struct outcome *cases; /* filled in as they run */
    size_t length;
    const size_t *order; /* in which they begin, each once; NULL: as they stand */
    unsigned at_once;    /* cases that run side by side: 1 to 64 */
    int64_t time_limit;  /* nanoseconds for a case, after which it is killed; 0: none */
    /* Each case is a copy of this process and not a program that is started: ten times as quick, for counts.
     * What memory it has is not its own. */
    bool copies;
    struct lab_observer observer;
};

/* Runs all cases. SIGINT, SIGTERM and SIGHUP (unless it was ignored) end the children, and no more begin; what was measured stays.
 * Returns 0, or the number of the signal that came. A case that could not run says so in its
 * ending; the others go on. Where there is not even a loop to run them in, ends the program with status 1. */
int lab_run(struct lab_plan *plan);
