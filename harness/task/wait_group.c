#include "task/wait_group.h"
#include "task/wait_queue.h"

static inline void add(struct wait_group *group, int64_t delta)
{
    if (__builtin_add_overflow(group->count, delta, &group->count))
        task_panic("sync: WaitGroup counter overflow");
    if (group->count < 0)
        task_panic("sync: negative WaitGroup counter");
    if (group->count == 0)
        wake_all(&group->waiters);
}

void wait_group_add(struct wait_group *group, int64_t delta)
{
    wait_require(group, "wait_group_add() to a NULL wait group");
    if (delta > 0)
        group->adds += (uint64_t)delta;
    *(delta > 0 ? &group->added_at : &group->done_at) = CALLER;
    add(group, delta);
}

void wait_group_done(struct wait_group *group)
{
    wait_require(group, "wait_group_done() of a NULL wait group");
    group->done_at = CALLER;
    add(group, -1);
}

void wait_group_wait(struct wait_group *group)
{
    wait_require(group, "wait_group_wait() for a NULL wait group");
    if (group->count == 0)
        return;
    sched_require_task("wait_group_wait()");
    wait_in_queue(&group->waiters, WAIT_WAIT_GROUP, group, CALLER);
    if (__builtin_expect(group->count != 0, 0))
        task_panic("sync: WaitGroup is reused before previous Wait has returned");
}
