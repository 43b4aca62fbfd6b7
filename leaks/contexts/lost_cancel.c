/* Lost cancel, leaking: a call is made under a context of its own, a child of
 * the session's, which lives on. The call is done, and its context is neither
 * cancelled nor dropped: no task waits for anything, and there is one context
 * more. Seen in failsafe-go#134 and cockroach#149658.
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

    if (ask(ctx) > 0)
        session->calls++;
}

void leak_lost_cancel(struct ctx *request)
{
    struct session session = {.ctx = ctx_background()};

    call(&session);
}
