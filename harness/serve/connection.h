/* A client's connection, over all its requests.
 *
 * - The loop watches each for its client's leaving. The library polls a suspended connection no
 *   longer, and of others it may miss it: it polls for changes, and takes a short read for the last
 *   before the next change, though the end may have come along with the data. A client that closes
 *   only its sending side counts as gone, as in Go's server; its answer is still sent.
 * - While it is the client's turn, to send or to take, it has a limited time (patience). */
#pragma once

#include "serve/patience.h"
#include <microhttpd.h>
#include <stdbool.h>

struct chan;
struct connections;

struct connection {
    struct waiting waiting; /* first: in all->clients while it is the client's turn */
    struct connections *all;
    struct MHD_Connection *library;
    int socket;
    bool watched, gone, nudged, suspended;
    bool escaped_wrongly; /* the request's line, by its percent signs (head.h) */
    uv_poll_t watch;
    void (*on_gone)(void *arg); /* while suspended */
    void *arg;
    struct connection *next_nudged;
};

/* All connections of a server. */
struct connections {
    uint64_t open, ever, too_slow;
    struct chan *events; /* tells the main task that the library has something to do */
    struct patience clients;
    struct connection *spare;  /* memory for the next one */
    struct connection *nudged; /* the library shall look for their end once more */
};

/* The events are the caller's, and so is .clients.timer, to be closed at the end. */
void connections_start(struct connections *all, struct chan *events, int64_t client_timeout);

/* Frees what is left when all have ended. */
void connections_end(struct connections *all);

/* The library's callbacks; arg is all of them. */
enum MHD_Result connection_admit(void *arg, const struct sockaddr *address, socklen_t size);
void connection_notify(void *arg, struct MHD_Connection *library, void **context,
                       enum MHD_ConnectionNotificationCode code);

struct connection *connection_of(struct MHD_Connection *library);

/* It is the client's turn, or not any longer. */
void connection_await_client(struct connection *c);
void connection_end_await(struct connection *c);

/* From the library's callbacks only. gone(arg) is told once if the client leaves before
 * the connection is resumed, from a callback of the loop or at once. */
void connection_suspend(struct connection *c, void (*gone)(void *arg), void *arg);

/* From any task or callback of the loop. Does nothing where it is not suspended. */
void connection_resume(struct connection *c);

/* Closes, whatever is under way on it. */
void connection_hang_up(struct connection *c);
void connections_hang_up_idle(struct connections *all);

/* A request of it has ended: if the client is gone, the library shall see it. */
void connection_request_ended(struct connection *c);

/* Between two runs of the library. */
void connections_nudge(struct connections *all);
