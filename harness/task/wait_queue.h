/* Tasks waiting for one thing, first come first served. Private to task/.
 *
 * A task is in the queue exactly while it waits. It is linked as in the ready list. */
#pragma once

#include "task/sched.h"
#include "task/waiters.h"

static inline __attribute__((always_inline)) void
wait_in_queue(struct wait_queue *q, enum wait_reason reason, const void *object, const void *caller)
{
    struct task *me = task_sched.current;
    me->own_case.next = 0;
    me->waits.caller = caller;
    if (q->last)
        q->last->own_case.next = &me->own_case;
    else
        q->first = me;
    q->last = me;
    sched_park(reason, object);
}

/* Wakes the first that waits and returns it; NULL where nobody does. */
static inline struct task *wake_first(struct wait_queue *q)
{
    struct task *first = q->first;
    if (!first)
        return 0;
    if (!(q->first = sched_after(first)))
        q->last = 0;
    sched_ready(first);
    return first;
}

static inline void wake_all(struct wait_queue *q)
{
    while (wake_first(q))
        ;
}

/* what: `mutex_lock() of a NULL mutex`. */
static inline void wait_require(const void *object, const char *what)
{
    if (__builtin_expect(!object, 0))
        task_panic("%s", what);
}
