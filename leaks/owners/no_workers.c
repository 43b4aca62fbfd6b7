/* No workers, leaking: a pool has a worker for each processor but one, which
 * is kept free for the rest. On a machine with one processor that is a pool of
 * none: it is made without an error, and takes no work, ever.
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
    for (int i = 0; i < workers; i++)
        go(work, chan_ref(jobs));
    return jobs;
}

void leak_no_workers(struct ctx *request)
{
    struct chan *jobs = pool_start(PROCESSORS - 1);
    defer(chan_drop, jobs);
    defer(chan_close, jobs);

    chan_send(jobs, &(struct job){.number = 1}); /* parks here, for ever */
}
