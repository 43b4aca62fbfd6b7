#include "load/awake.h"
#include "task/chan.h"

struct search {
    const struct task_info *task;
    enum awake found;
};

static bool waits_on(const struct task_info *task, const struct chan *chan)
{
    const struct chan_case *cases = task->object;
    if (task->reason != WAIT_SELECT)
        return task->object == chan;
    for (size_t i = 0; i < task->cases; i++)
        if (cases[i].chan == chan)
            return true;
    return false;
}

static bool find_timer(const struct timer_info *timer, void *arg)
{
    struct search *search = arg;
    if (!timer->chan || !waits_on(search->task, timer->chan))
        return true;
    struct chan_info chan = chan_inspect(timer->chan);
    if (!timer->period)
        search->found = AWAKE_BY_TIMER;
    else if (chan.receivers == 1 && chan.references == 1)
        search->found = AWAKE_BY_OWN_TICKER;
    else
        search->found = AWAKE_BY_TICKER;
    return false;
}

static bool waits_on_context(const struct task_info *task)
{
    const struct chan_case *cases = task->object;
    if (task->reason == WAIT_CHAN_RECEIVE)
        return chan_inspect(task->object).owner == CHAN_OF_CONTEXT;
    for (size_t i = 0; i < task->cases; i++)
        if (cases[i].chan && chan_inspect(cases[i].chan).owner == CHAN_OF_CONTEXT)
            return true;
    return false;
}

enum awake awake_by(const struct task_info *task)
{
    struct search search = {task, AWAKE_BY_OTHERS};
    if (task->state != TASK_PARKED)
        return AWAKE_ALWAYS;
    if (task->reason == WAIT_SLEEP)
        return AWAKE_BY_SLEEP;
    if (task->reason != WAIT_CHAN_RECEIVE && task->reason != WAIT_SELECT)
        return AWAKE_BY_OTHERS;
    timer_each(find_timer, &search);
    if (search.found == AWAKE_BY_OTHERS && waits_on_context(task))
        return AWAKE_BY_DEADLINE;
    return search.found;
}
