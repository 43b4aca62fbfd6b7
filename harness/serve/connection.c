#include "serve/connection.h"
#include "task/chan.h"
#include "task/loop.h"
#include "task/task.h"
#include <stdlib.h>
#include <sys/socket.h>

struct connection *connection_of(struct MHD_Connection *library)
{
    return MHD_get_connection_info(library, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void wake(const struct connections *all)
{
    chan_try_send(all->events, NULL); /* full: the library will be run anyway */
}

/* --- The client's turn ------------------------------------------------------------------------ */

void connection_await_client(struct connection *c)
{
    patience_begin(&c->all->clients, &c->waiting);
}

void connection_end_await(struct connection *c)
{
    patience_end(&c->all->clients, &c->waiting);
}

/* The library sees the end of the stream, and closes. */
void connection_hang_up(struct connection *c)
{
    shutdown(c->socket, SHUT_RDWR);
}

static void on_too_slow(struct waiting *waiting)
{
    struct connection *c = (struct connection *)waiting;
    c->all->too_slow++;
    connection_hang_up(c);
}

void connections_hang_up_idle(struct connections *all)
{
    while (all->clients.first) {
        struct connection *c = (struct connection *)all->clients.first;
        connection_end_await(c);
        connection_hang_up(c);
    }
}

/* --- Leaving ---------------------------------------------------------------------------------- */

static void nudge_later(struct connection *c)
{
    if (!c->nudged) {
        c->nudged = true;
        c->next_nudged = c->all->nudged;
        c->all->nudged = c;
    }
    wake(c->all);
}

/* The client has ended its side, so nothing is lost; and the change makes the library read. */
void connections_nudge(struct connections *all)
{
    while (all->nudged) {
        struct connection *c = all->nudged;
        all->nudged = c->next_nudged;
        c->nudged = false;
        if (!c->suspended)
            shutdown(c->socket, SHUT_RD);
    }
}

static void forget_nudge(struct connection *c)
{
    struct connection **at = &c->all->nudged;
    while (*at && *at != c)
        at = &(*at)->next_nudged;
    if (*at)
        *at = c->next_nudged;
}

static void tell_gone(struct connection *c)
{
    void (*on_gone)(void *) = c->on_gone;
    c->on_gone = NULL;
    if (on_gone)
        on_gone(c->arg);
}

static void on_watch(uv_poll_t *watch, int status, int events)
{
    struct connection *c = watch->data;
    (void)status, (void)events; /* an error is an end too */
    uv_poll_stop(watch);
    c->gone = true;
    if (c->suspended)
        tell_gone(c);
    else
        nudge_later(c);
}

void connection_request_ended(struct connection *c)
{
    if (c->gone)
        nudge_later(c);
}

/* --- Suspending ------------------------------------------------------------------------------- */

void connection_suspend(struct connection *c, void (*gone)(void *arg), void *arg)
{
    MHD_suspend_connection(c->library);
    c->suspended = true;
    c->on_gone = gone;
    c->arg = arg;
    if (c->gone)
        tell_gone(c);
}

void connection_resume(struct connection *c)
{
    if (!c->suspended)
        return;
    c->suspended = false;
    c->on_gone = NULL;
    MHD_resume_connection(c->library);
    wake(c->all); /* driven from outside, the library has nothing to wake itself by */
    if (c->gone)
        nudge_later(c);
}

/* --- Beginning and end ------------------------------------------------------------------------ */

void connections_start(struct connections *all, struct chan *events, int64_t client_timeout)
{
    all->events = events;
    patience_start(&all->clients, task_loop(), client_timeout, on_too_slow);
}

/* Asked before each connection: without memory for our part of it, there is none. */
enum MHD_Result connection_admit(void *arg, const struct sockaddr *address, socklen_t size)
{
    struct connections *all = arg;
    (void)address, (void)size;
    if (!all->spare)
        all->spare = calloc(1, sizeof *all->spare);
    return all->spare ? MHD_YES : MHD_NO;
}

static void begin(struct connections *all, struct connection *c, struct MHD_Connection *library)
{
    c->all = all;
    c->library = library;
    c->socket = MHD_get_connection_info(library, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    c->watched = uv_poll_init(task_loop(), &c->watch, c->socket) == 0;
    if (c->watched) {
        c->watch.data = c;
        uv_unref((uv_handle_t *)&c->watch);
        uv_poll_start(&c->watch, UV_DISCONNECT, on_watch);
    }
    all->open++;
    all->ever++;
    connection_await_client(c);
}

static void on_watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void end(struct connection *c)
{
    connection_end_await(c);
    forget_nudge(c);
    c->all->open--;
    wake(c->all); /* at its limit the library listens again only when it is run again */
    if (c->watched)
        uv_close((uv_handle_t *)&c->watch, on_watch_closed);
    else
        free(c);
}

void connection_notify(void *arg, struct MHD_Connection *library, void **context,
                       enum MHD_ConnectionNotificationCode code)
{
    struct connections *all = arg;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        struct connection *c = all->spare;
        all->spare = NULL;
        *context = c;
        begin(all, c, library);
    } else {
        end(*context);
        *context = NULL;
    }
}

void connections_end(struct connections *all)
{
    free(all->spare);
    all->spare = NULL;
}
