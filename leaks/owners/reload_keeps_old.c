/* Reload, leaking: loading the configuration starts a watcher for its
 * certificates, and remembers how to stop it. A reload does the same, over
 * what was remembered: the stop at the end is for the newest, and the one
 * before it watches on. Seen in caddy#2642.
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

    chan_recv(stop, NULL); /* parks here, for ever */
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
    server->version = version;
    struct chan *stop_watching = chan_make(struct {}, 0);
    go(watch_certificates, chan_ref(stop_watching));
    chan_drop(server->stop_watching); /* to drop is not to tell */
    server->stop_watching = stop_watching;
}

void leak_reload_keeps_old(struct ctx *request)
{
    struct server server = {0};

    load(&server, 1);
    load(&server, 2);
    stop(&server);
}
