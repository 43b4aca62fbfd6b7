#include "task/end.h"
#include "task/chan_queue.h"
#include "task/mutex.h"
#include "task/wait_group.h"
#include "task/wait_queue.h"

static void leave_unheld(struct chan *c)
{
    if (!c->counted.references)
        chan_free_unheld(c);
}

static void leave_channels(const struct task *t)
{
    for (uint32_t i = 0; i < t->case_count; i++) {
        struct chan_case *c = &t->waits.cases[i];
        if (!c->chan)
            continue;
        case_unlink(case_queue_of(c), c);
        leave_unheld(c->chan);
    }
}

static void leave_channel(struct task *t)
{
    if (t->case_count) { /* until a time: its case is a select's */
        leave_channels(t);
        return;
    }
    case_unlink_own(case_queue_of(&t->own_case), &t->own_case);
    leave_unheld(t->own_case.chan);
}

/* Of a queue that has none of them it takes as long as those are that wait there. Most often all go. */
static void leave_queue(struct wait_queue *q)
{
    struct task *last = 0;
    for (struct task *t = q->first, *next; t; t = next) {
        next = sched_after(t);
        if (task_end_is_meant(t))
            continue;
        if (last)
            last->own_case.next = &t->own_case;
        else
            q->first = t;
        last = t;
    }
    if (last)
        last->own_case.next = 0;
    else
        q->first = 0;
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
        leave_channel(t);
        break;
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
        task_semaphore_leave(t->waits.units);
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

/* These calls switch at the place of the call, where the compiler's tables know of no deferred call: it goes on
 * there, and the second half ends it. */
static bool is_in_halves(enum wait_reason reason)
{
    switch (reason) {
    case WAIT_CHAN_RECEIVE:
    case WAIT_CHAN_RECEIVE_NIL:
    case WAIT_CHAN_SEND:
    case WAIT_CHAN_SEND_NIL:
    case WAIT_SELECT:
    case WAIT_SELECT_NO_CASES:
        return true;
    default:
        return false;
    }
}

void task_end_begin(struct task *t)
{
    admit(t);
    t->slab->proven &= ~(UINT64_C(1) << t->place);
    if (is_in_halves(t->reason))
        t->outcome = CASE_ENDS;
    else
        frame_exit(&t->frame);
    sched_ready(t);
}
