/* No leak: a worker more with each sixteenth request, until there are twenty.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/task.h"

enum { WORKERS = 20, EVERY = 16 };

static struct chan *jobs;

static void work(void *arg)
{
    int job;
    while (chan_recv(jobs, &job))
        continue;
}

void control_lazy_workers(struct ctx *request)
{
    static int requests, workers;
    if (!jobs)
        jobs = chan_make(int, 0);
    if (requests++ % EVERY == 0 && workers < WORKERS) {
        go(work, NULL);
        workers++;
    }
    chan_send(jobs, &(int){1});
}
