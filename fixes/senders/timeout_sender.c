/* Timeout, cured: the sender selects too, so that it has a way out when nobody
 * receives any more. Where there is just one result, a channel with room for
 * it does as well.
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
    chan_select(on_send(query->results, &result),
                on_recv(ctx_done(query->ctx), NULL)); /* the cure */
}

void fix_timeout_sender(struct ctx *request)
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
