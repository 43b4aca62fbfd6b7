/* No workers, cured: a pool has one worker at least, and what was computed or
 * configured is looked at where the pool is made, not where its work is lost.
 * Decision matrix: none of the five; nobody is there to receive.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

enum { PROCESSORS = 1 };

struct job {
    int number;
};

static void work(void *arg)
{
    struct chan *jobs = arg;
    defer(chan_drop, jobs);
    struct job job;
    int done = 0;

    while (chan_recv(jobs, &job))
        done++;
}

static struct chan *pool_start(int workers)
{
    struct chan *jobs = chan_make(struct job, 0);
    if (workers < 1)
        workers = 1; /* the cure */
    for (int i = 0; i < workers; i++)
        go(work, chan_ref(jobs));
    return jobs;
}

void fix_no_workers(struct ctx *request)
{
    struct chan *jobs = pool_start(PROCESSORS - 1);
    defer(chan_drop, jobs);
    defer(chan_close, jobs);

    chan_send(jobs, &(struct job){.number = 1});
}
