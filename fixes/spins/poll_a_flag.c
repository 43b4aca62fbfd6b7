/* Poll a flag, cured: the flag is a channel, closed on every way out of the
 * job. Who waits is told at once, and told of a failure too.
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

    chan_recv(job->ended, NULL); /* the cure */
    job->told++;
}

void fix_poll_a_flag(struct ctx *request)
{
    struct job *job = shared_new(sizeof *job, free_job);
    defer(shared_drop, job);
    job->ended = chan_make(struct {}, 0);

    go(run_job, shared_ref(job));
    go(tell_when_done, shared_ref(job));
}
