/* Poll a flag, leaking: the job sets a flag when it is done, and who waits for
 * that looks every tenth of a second. The job fails and returns without
 * setting it: there is nothing that a poll could be woken by, and so nothing
 * it could be told.
 * Decision matrix: done channel.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"
#include "task/time.h"

struct job {
    bool done;
    struct chan *ended;
    int told;
};

static void free_job(void *arg)
{
    struct job *job = arg;
    chan_drop(job->ended);
}

static void run_job(void *arg)
{
    struct job *job = arg;
    defer(shared_drop, job);
    defer(chan_close, job->ended);

    bool failed = true;
    if (failed)
        return;
    job->done = true;
}

static void tell_when_done(void *arg)
{
    struct job *job = arg;
    defer(shared_drop, job);

    while (!job->done)
        task_sleep(100 * MILLISECOND); /* wakes for ever */
    job->told++;
}

void leak_poll_a_flag(struct ctx *request)
{
    struct job *job = shared_new(sizeof *job, free_job);
    defer(shared_drop, job);
    job->ended = chan_make(struct {}, 0);

    go(run_job, shared_ref(job));
    go(tell_when_done, shared_ref(job));
}
