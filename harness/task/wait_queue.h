/* Tasks waiting for one thing, first come first served. Private to task/.
 *
 * A node lives on the stack of the task that waits and is in the queue exactly while it does. */
#pragma once

#include "task/sched.h"
#include "task/waiters.h"

struct wait_node {
    struct wait_node *next;
    struct task *task;
    enum wait_reason reason;
    const void *caller; /* for telling: where the call returns to */
};

static inline __attribute__((always_inline)) void
wait_in_queue(struct wait_queue *q, enum wait_reason reason, const void *object, const void *caller)
{
    struct wait_node mine = {.task = task_sched.current, .reason = reason, .caller = caller};
    if (q->last)
        q->last->next = &mine;
    else
        q->first = &mine;
    q->last = &mine;
    sched_park(reason, object);
}

/* Wakes the first that waits and returns it; NULL where nobody does. */
static inline struct task *wake_first(struct wait_queue *q)
{
    struct wait_node *first = q->first;
    if (!first)
        return 0;
    if (!(q->first = first->next))
        q->last = 0;
    struct task *t = first->task;
    sched_ready(t);
    return t;
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
