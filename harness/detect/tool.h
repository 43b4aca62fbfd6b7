/* Another program, run for what it says and for what it takes. */
#pragma once

#include "record/detections.h"
#include <sys/resource.h>

struct tool {
    const char *const *words; /* argv, found along PATH */
    const char *directory;    /* NULL: the current one */
    const char *variable;     /* "NAME=value" for its environment, or NULL */
    bool any_end;             /* any exit status will do */
    int ends[4];              /* else, besides 0: those that will do; 0: no more */
    int64_t most;             /* nanoseconds that it may take; 0: two minutes */
};

/* Runs it to its end, or kills it. Returns what it said on both its outputs, to be freed, and fills in cpu, wall
 * and peak of the detection (NULL: they are not asked for). NULL where it could not be run, died, or ended otherwise
 * than it should: *why. */
char *tool_run(const struct tool *tool, struct detection *detection, char *why, size_t size);

/* The first line of what `words` say, without its newline, as a version. False: *why. */
bool tool_version(const char *const *words, char *version, size_t room, char *why, size_t size);

/* The time of the processor, of program and kernel, in nanoseconds. */
int64_t tool_cpu(const struct rusage *usage);
