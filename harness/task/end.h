/* Making parked tasks end that nobody can ever wake, as a proof has said. Private to task/ and proof/.
 *
 * First all of them are taken out of whatever they wait in, then they are made ready: what one does on its way out
 * must find no other in a queue, whom it would wake.
 */
#pragma once

#include "task/sched.h"

struct rw_mutex;
struct semaphore;

/* Whether t is one of them: a proof has marked it. Never the one that task_run() waits for, whose end would be the
 * end of the run; nor one whose stack can not be left. */
static inline bool task_end_is_meant(const struct task *t)
{
    return t->state == TASK_PARKED && t->slab->proven >> t->place & 1 && t != task_sched.main &&
           t->reason != WAIT_NO_END;
}

/* Takes it out, and those that are meant too and wait in the same lock, group or condition. */
void task_end_take_out(struct task *t);

/* Once all are out: it runs next after those that are ready, and leaves its stack (task_exit_parked). */
void task_end_begin(struct task *t);

/* A wait that is not to come back: its part of the above, and the queue without it. semaphore.c, mutex.c */
void task_semaphore_leave(struct semaphore_wait *w);
void task_semaphore_admit(struct semaphore *s);
void task_rw_mutex_admit(struct rw_mutex *m);
