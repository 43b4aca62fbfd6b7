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

struct task_info;
typedef void task_leak_told(const struct task_info *task, void *arg);

/* Looks as task_leaks() does, and has every task end that nobody can ever wake: it leaves its stack by its deferred
 * calls, in itself, as by task_exit(), when its turn comes. A net, not a cure: what it had half done stays half
 * done.
 * - Newest first. Where deferred calls park, others go on meanwhile.
 * - A deferred call that parks for ever is leaked in turn: the next time it is left, and those further out are run.
 * - On its way out, an unlock of what a task does not hold does nothing. A wait for a condition locks again. A ticker
 *   that it drops, and nobody else has, is stopped.
 * - Not ended are the task that task_run() waits for, and one with a frame that has no unwind tables: that one is
 *   parked in WAIT_NO_END from then on.
 * tell: NULL, or called with each of them before. Returns how many are ending; task_stats.ended counts those that have.
 */
size_t task_end_leaked(struct task_leaks *report, task_leak_told *tell, void *arg);

/* What a pointer points to is reachable from now on: for one that is stored where the proof does not look, or
 * disguised. A pointer kept twice is to be given up twice. keep: false where memory is short. unkeep: false
 * where it was not kept. */
bool task_keep(const void *pointer);
bool task_unkeep(const void *pointer);

#ifdef __cplusplus
}
#endif
