/* The HTTP server: GNU libmicrohttpd, its epoll descriptor polled by the runtime's loop.
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
#include "serve/listen.h"
#include "serve/settings.h"
#include "serve/work.h"
#include <microhttpd.h>

struct live;

enum { STATUS_CLASSES = 6 }; /* by the hundreds: 1xx to 5xx */

struct server {
    const struct serve_settings *settings;
    struct listening listening;
    struct MHD_Daemon *daemon;
    struct chan *events; /* something for the main task to do */
    struct connections connections;
    uint64_t answers[STATUS_CLASSES];
    uint64_t aborted; /* requests whose connection ended before their answer was sent */
    struct work_place work;
    struct live *live;
    bool draining;
    int64_t began; /* clock_now() */
    uv_poll_t poll;
    uv_timer_t alarm;
    uv_signal_t signals[2];
    unsigned handles; /* of the loop, being closed */
    int signal;       /* what ended the service */
};

/* Serves until SIGINT or SIGTERM, then drains, and says on standard error what would not go. To be
 * called as the main task: wraps task_run(). Returns the exit status: 0 when all tasks of requests
 * were gone, else 1. ready is told when clients may come; NULL where nobody needs to know. */
int server_run(const struct serve_settings *settings, struct listening *listening,
               void (*ready)(const struct server *server));

/* Makes the main task look. From any task or callback of the loop. */
void server_wake(struct server *server);
