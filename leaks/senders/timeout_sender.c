/* Timeout, leaking: the caller waits for the result or for the end of its
 * context. Its query ends by the same context, a moment later, and reports
 * that: to nobody, for the caller has just left. Seen in moby#33781.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

struct result {
    int rows, error;
};

struct query {
    struct ctx *ctx;
    struct chan *server, *results;
};

static void run_query(void *arg)
{
    struct query *query = arg;
    defer(free, query);
    defer(ctx_drop, query->ctx);
    defer(chan_drop, query->server);
    defer(chan_drop, query->results);
    struct result result = {0};

    if (chan_select(on_recv(query->server, &result.rows),
                    on_recv(ctx_done(query->ctx), NULL)) == 1)
        result.error = ctx_err(query->ctx);
    chan_send(query->results, &result); /* parks here, for ever */
}

void leak_timeout_sender(struct ctx *request)
{
    struct chan *server = chan_make(int, 0); /* is slow today */
    defer(chan_drop, server);
    struct chan *results = chan_make(struct result, 0);
    defer(chan_drop, results);

    struct query *query = malloc(sizeof *query);
    *query =
        (struct query){ctx_ref(request), chan_ref(server), chan_ref(results)};
    go(run_query, query);

    struct result result;
    chan_select(on_recv(results, &result), on_recv(ctx_done(request), NULL));
}
