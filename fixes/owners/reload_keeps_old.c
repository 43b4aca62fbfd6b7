/* Reload, cured: loading ends what the load before it has begun. Who can be
 * started twice asks first what is there.
 * Decision matrix: done channel.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

struct server {
    struct chan *stop_watching;
    int version;
};

static void watch_certificates(void *arg)
{
    struct chan *stop = arg;
    defer(chan_drop, stop);

    chan_recv(stop, NULL);
}

static void stop(struct server *server)
{
    if (!server->stop_watching)
        return;
    chan_close(server->stop_watching);
    chan_drop(server->stop_watching);
    server->stop_watching = NULL;
}

static void load(struct server *server, int version)
{
    stop(server); /* the cure */
    server->version = version;
    struct chan *stop_watching = chan_make(struct {}, 0);
    go(watch_certificates, chan_ref(stop_watching));
    server->stop_watching = stop_watching;
}

void fix_reload_keeps_old(struct ctx *request)
{
    struct server server = {0};

    load(&server, 1);
    load(&server, 2);
    stop(&server);
}
