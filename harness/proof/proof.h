/* Which tasks nobody can ever wake again, in a program that goes on.
 *
 * A parked task is leaked where whatever could still run can not reach what it waits for: the channel, the
 * condition, the group; or where nobody is left who could give the lock back. It is a proof, not a guess:
 * no clock has to run on, and nobody who is only slow is blamed. README.md says how it is done, what it can
 * not see, and what it costs.
 *
 * Linked into a program, it also sees every block that malloc() gives out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct task_leaks {
    size_t tasks;        /* there are: the sum of the following */
    size_t live;         /* run, or may go on some day */
    size_t by_time;      /* only a time can wake them: nobody else who is live can */
    size_t unsure;       /* what they wait for has more references than holders that were found */
    size_t leaked;       /* nobody can ever wake them */
    const char *refused; /* NULL; or why nothing could be proven: all tasks are live then */
    size_t
        contradicted; /* tasks proven before that have gone on all the same, over all looks: a bug */
    int64_t took;     /* nanoseconds; nothing else ran meanwhile */
    size_t bytes;     /* of memory while it looked */
};

/* Looks at all tasks, from a task or a callback of the loop. Returns report->refused == NULL. */
bool task_leaks(struct task_leaks *report);

/* What a pointer points to is reachable from now on: for one that is stored where the proof does not look, or
 * disguised. A pointer kept twice is to be given up twice. keep: false where memory is short. unkeep: false
 * where it was not kept. */
bool task_keep(const void *pointer);
bool task_unkeep(const void *pointer);

#ifdef __cplusplus
}
#endif
