/* Retry for ever, cured: the pause is a wait for either, the time or the end
 * of the request's context. Work that is to outlive its request has a number
 * of tries instead.
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
    struct timer *timer = timer_new(nanoseconds);
    defer(timer_drop, timer);
    defer(timer_stop, timer);
    return chan_select(on_recv(timer_chan(timer), NULL), /* the cure */
                       on_recv(ctx_done(ctx), NULL)) == 0;
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

void fix_retry_for_ever(struct ctx *request)
{
    struct upload *upload = malloc(sizeof *upload);
    *upload = (struct upload){.ctx = ctx_ref(request)};
    go(run_upload, upload);

    chan_recv(ctx_done(request), NULL);
}
