#include "task/end.h"
#include "task/chan_queue.h"
#include "task/mutex.h"
#include "task/wait_group.h"
#include "task/wait_queue.h"

static void leave_channels(const struct task *t)
{
    for (uint32_t i = 0; i < t->case_count; i++) {
        struct chan_case *c = &t->cases[i];
        if (!c->chan)
            continue;
        case_unlink(case_queue_of(c), c);
        if (!c->chan->counted.references)
            chan_free_unheld(c->chan);
    }
}

/* Of a queue that has none of them it takes as long as those are that wait there. Most often all go. */
static void leave_queue(struct wait_queue *q)
{
    struct wait_node **link = &q->first, *last = 0;
    while (*link)
        if (task_end_is_meant((*link)->task)) {
            *link = (*link)->next;
        } else {
            last = *link;
            link = &last->next;
        }
    q->last = last;
}

/* What t waits for is its own affair, or somebody's who has not kept it from changing. */
static void *object_of(const struct task *t)
{
    return (void *)t->object;
}

void task_end_take_out(struct task *t)
{
    switch ((enum wait_reason)t->reason) {
    case WAIT_CHAN_RECEIVE:
    case WAIT_CHAN_SEND:
    case WAIT_SELECT:
        leave_channels(t);
        break;
    case WAIT_WAIT_GROUP:
        leave_queue(&((struct wait_group *)object_of(t))->waiters);
        break;
    case WAIT_MUTEX:
        leave_queue(&((struct mutex *)object_of(t))->waiters);
        break;
    case WAIT_RW_MUTEX_READ:
    case WAIT_RW_MUTEX_WRITE:
        leave_queue(&((struct rw_mutex *)object_of(t))->waiters);
        break;
    case WAIT_COND:
        leave_queue(&((struct cond *)object_of(t))->waiters);
        break;
    case WAIT_SEMAPHORE:
        task_semaphore_leave(t->units);
        break;
    default: /* for nothing that has a queue */
        break;
    }
}

/* Who waited behind it may be next. */
static void admit(const struct task *t)
{
    if (t->reason == WAIT_SEMAPHORE)
        task_semaphore_admit(object_of(t));
    else if (t->reason == WAIT_RW_MUTEX_READ || t->reason == WAIT_RW_MUTEX_WRITE)
        task_rw_mutex_admit(object_of(t));
}

void task_end_begin(struct task *t)
{
    admit(t);
    t->slab->proven &= ~(UINT64_C(1) << t->place);
    frame_exit(&t->frame);
    sched_ready(t);
}
