/* Worker loop, cured: the worker selects over its jobs and a context, and
 * returns when either ends. Its owner cancels the context on the way out and
 * waits for the worker, so nothing of it outlives the handler.
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

struct work {
    struct ctx *ctx;
    struct chan *jobs;
    struct wait_group *workers;
};

static void worker(void *arg)
{
    struct work *work = arg;
    defer(wait_group_done, work->workers);
    struct job job;
    int done = 0;
    bool more = true;

    while (chan_select(on_recv_ok(work->jobs, &job, &more),
                       on_recv(ctx_done(work->ctx), NULL)) == 0 &&
           more)
        done++; /* the cure: either can end the loop */
}

void fix_worker_loop(struct ctx *request)
{
    struct chan *jobs = chan_make(struct job, 0);
    defer(chan_drop, jobs);
    struct ctx *ctx = ctx_with_cancel(request);
    defer(ctx_drop, ctx);
    struct wait_group workers = {0};
    defer(wait_group_wait, &workers); /* and the owner waits for it */
    defer(ctx_cancel, ctx);

    struct work work = {ctx, jobs, &workers};
    wait_group_add(&workers, 1);
    go(worker, &work);
    for (int i = 0; i < JOBS; i++)
        chan_send(jobs, &(struct job){.number = i});
}
