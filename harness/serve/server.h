/* What is known of a running service, by all that answer its requests. run.h runs it.
 *
 * - Everything runs on one thread. The main task is the server: it sleeps until the loop says that
 *   the library has something to do, and lets it do it. So the library's callbacks run in that
 *   task. They must not wait for a client, but may yield: a request whose task needs no waiting is
 *   answered without suspending its connection, which would cost six system calls.
 * - A client has a limited time to send a request and to take its answer (patience), however
 *   slowly it trickles. The library's own timeouts, which any byte restarts, are off.
 */
#pragma once

#include "serve/connection.h"
#include "serve/extension.h"
#include "serve/listen.h"
#include "serve/settings.h"
#include "task/chan.h"

struct work_place;

enum { STATUS_CLASSES = 6 }; /* by the hundreds: 1xx to 5xx */

struct server {
    const struct serve_settings *settings;
    struct listening listening;
    struct MHD_Daemon *daemon;
    struct chan *events; /* something for the main task to do */
    struct connections connections;
    uint64_t answers[STATUS_CLASSES];
    uint64_t aborted; /* requests whose connection ended before their answer was sent */
    struct work_place *work;
    void *extended; /* the extension's own */
    bool draining;
};

/* Has the main task look at the library again. From any task or callback of the loop. */
static inline void server_wake(struct server *server)
{
    chan_try_send(server->events, NULL); /* full: it will look anyway */
}
