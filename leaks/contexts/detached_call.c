/* Detached call, leaking: who did what is written to the audit log, also where
 * the client has gone; so the call gets a context that has the request's
 * values and not its cancellation. The deadline is lost as well: the log does
 * not answer, and nothing ends the wait.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include <stdlib.h>

static const char user_key[] = "user";

struct entry {
    struct ctx *ctx;
    struct chan *written; /* the log's answer */
    char *user;
};

static void await_written(void *arg)
{
    struct entry *entry = arg;
    defer(free, entry);
    defer(ctx_drop, entry->ctx);
    defer(chan_drop, entry->written);
    entry->user = ctx_value(entry->ctx, user_key);

    chan_select(on_recv(entry->written, NULL), /* parks here, for ever */
                on_recv(ctx_done(entry->ctx), NULL));
}

void leak_detached_call(struct ctx *request)
{
    char name[] = "alice";
    struct ctx *named = ctx_with_value(request, user_key, name);
    defer(ctx_drop, named);
    struct ctx *detached = ctx_without_cancel(named);
    defer(ctx_drop, detached);
    struct chan *written = chan_make(struct {}, 0); /* it is stuck */
    defer(chan_drop, written);

    struct entry *entry = malloc(sizeof *entry);
    *entry = (struct entry){ctx_ref(detached), chan_ref(written), NULL};
    go(await_written, entry);
}
