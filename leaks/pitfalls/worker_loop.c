/* Worker loop, leaking: the worker takes jobs from a channel for as long as it
 * lives. The handler sends its jobs and returns; it never closes the channel,
 * and the worker has no other way out of its loop.
 * Decision matrix: context, then wait group.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/wait_group.h"

enum { JOBS = 3 };

struct job {
    int number;
};

static void worker(void *arg)
{
    struct chan *jobs = arg;
    defer(chan_drop, jobs);
    struct job job;
    int done = 0;

    while (chan_recv(jobs, &job)) /* parks here, for ever, after the last job */
        done++;
}

void leak_worker_loop(struct ctx *request)
{
    struct chan *jobs = chan_make(struct job, 0);
    defer(chan_drop, jobs);

    go(worker, chan_ref(jobs));
    for (int i = 0; i < JOBS; i++)
        chan_send(jobs, &(struct job){.number = i});
}
