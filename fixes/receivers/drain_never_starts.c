/* Drain, cured: a receive that does not wait asks whether the server drains,
 * and goes on either way.
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
    bool ok;
    return chan_try_recv(server->draining, NULL, &ok); /* the cure */
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

void fix_drain_never_starts(struct ctx *request)
{
    struct server server = {.draining = chan_make(struct {}, 0)};
    defer(chan_drop, server.draining);

    check_consistency(&server, request);
}
