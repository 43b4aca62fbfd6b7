/* Context, leaking: the handler asks a backend that does not answer. The client
 * gives up and the handler returns. The task that waits for the backend has the
 * request's context in its hands, and does not listen to it while it waits.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

struct reply {
    int status;
};

struct call {
    struct ctx *ctx;
    struct chan *backend, *result;
};

static bool await(struct chan *backend, struct reply *reply)
{
    return chan_recv(backend, reply); /* parks here, for ever */
}

static void call_backend(void *arg)
{
    struct call *call = arg;
    defer(free, call);
    defer(ctx_drop, call->ctx);
    defer(chan_drop, call->backend);
    defer(chan_drop, call->result);
    struct reply reply;

    if (await(call->backend, &reply))
        chan_send(call->result, &reply);
}

void leak_context_cancel(struct ctx *request)
{
    struct chan *backend = chan_make(struct reply, 0); /* never answers */
    defer(chan_drop, backend);
    struct chan *result = chan_make(struct reply, 1);
    defer(chan_drop, result);

    struct call *call = malloc(sizeof *call);
    *call =
        (struct call){ctx_ref(request), chan_ref(backend), chan_ref(result)};
    go(call_backend, call);

    struct reply reply;
    chan_select(on_recv(result, &reply), on_recv(ctx_done(request), NULL));
}
