/* Retry for ever, leaking: an upload that fails is tried again after a second,
 * and again. The client has gone meanwhile, the bucket has been removed, and
 * nothing tells the task: it wakes, fails and sleeps.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"
#include <stdlib.h>

struct upload {
    struct ctx *ctx;
    int tries;
};

static bool try_once(struct upload *upload)
{
    upload->tries++;
    return false; /* there is no such bucket */
}

/* False where there is no need to go on. */
static bool pause_for(struct ctx *ctx, int64_t nanoseconds)
{
    task_sleep(nanoseconds); /* wakes for ever */
    return true;
}

static void run_upload(void *arg)
{
    struct upload *upload = arg;
    defer(free, upload);
    defer(ctx_drop, upload->ctx);

    while (!try_once(upload))
        if (!pause_for(upload->ctx, SECOND))
            return;
}

void leak_retry_for_ever(struct ctx *request)
{
    struct upload *upload = malloc(sizeof *upload);
    *upload = (struct upload){.ctx = ctx_ref(request)};
    go(run_upload, upload);

    chan_recv(ctx_done(request), NULL);
}
