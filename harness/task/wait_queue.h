/* Tasks waiting for one thing, first come first served. Private to task/.
 *
 * A node lives on the stack of the task that waits and is in the queue exactly while it does. */
#pragma once

#include "task/sched.h"
#include "task/wait_group.h"

struct wait_node {
    struct wait_node *next;
    struct task *task;
    enum wait_reason reason;
};

static inline __attribute__((always_inline)) void
wait_in_queue(struct wait_queue *q, enum wait_reason reason, const void *object)
{
    struct wait_node mine = {.task = task_sched.current, .reason = reason};
    if (q->last)
        q->last->next = &mine;
    else
        q->first = &mine;
    q->last = &mine;
    sched_park(reason, object);
}

/* Wakes the first that waits; its reason, or WAIT_NONE where nobody does. */
static inline enum wait_reason wake_first(struct wait_queue *q)
{
    struct wait_node *first = q->first;
    if (!first)
        return WAIT_NONE;
    if (!(q->first = first->next))
        q->last = 0;
    enum wait_reason reason = first->reason;
    sched_ready(first->task);
    return reason;
}
