/* Lost cancel, cured: who makes a context cancels and drops it, by deferred
 * calls on the next lines; also where all went well and nothing is left to
 * cancel.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

struct session {
    struct ctx *ctx; /* lives for as long as the program */
    int calls;
};

static int ask(struct ctx *ctx)
{
    return ctx_err(ctx) == CTX_OK ? 42 : -1;
}

static void call(struct session *session)
{
    struct ctx *ctx = ctx_with_cancel(session->ctx); /* one more */
    defer(ctx_drop, ctx);                            /* the cure */
    defer(ctx_cancel, ctx);

    if (ask(ctx) > 0)
        session->calls++;
}

void fix_lost_cancel(struct ctx *request)
{
    struct session session = {.ctx = ctx_background()};

    call(&session);
}
