/* Drain, leaking: when the server stops, its channel `draining` is closed. An
 * error is not worth a line in the log while it drains, so who sees one looks
 * first; but a receive does not look, it waits, until the server is drained
 * one day. Seen in cockroach#25456.
 * Decision matrix: done channel.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

struct server {
    struct chan *draining;
    int errors_logged;
};

static bool is_draining(struct server *server)
{
    return !chan_recv(server->draining, NULL); /* parks here, for ever */
}

static int check_replicas(struct ctx *request)
{
    return ctx_err(request) == CTX_OK ? -1 : 0; /* they differ */
}

static void check_consistency(struct server *server, struct ctx *request)
{
    int error = check_replicas(request);
    if (error && !is_draining(server))
        server->errors_logged++;
}

void leak_drain_never_starts(struct ctx *request)
{
    struct server server = {.draining = chan_make(struct {}, 0)};
    defer(chan_drop, server.draining);

    check_consistency(&server, request);
}
