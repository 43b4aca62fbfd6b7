#include "serve/library.h"
#include "serve/dispatch.h"
#include "serve/head.h"
#include "task/loop.h"
#include "task/task.h"
#include <sys/resource.h>

/* Headers of a request fit in it, or it is refused with 431. The library clears all of it after each
 * request: twice as much would cost a twentieth of the requests a second. */
enum { CONNECTION_MEMORY = 8192, OWN_DESCRIPTORS = 64 };

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    server_wake(poll->data);
}

/* What malformed requests make it say is the client's fault; anybody could fill a disk with it. */
static void be_silent(void *unused, const char *format, va_list arguments)
{
    (void)unused, (void)format, (void)arguments;
}

/* One descriptor a connection: takes what the system allows, and no more connections than that. */
static unsigned allowed_connections(unsigned wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    rlim_t most = limit.rlim_max;
    limit.rlim_cur = wanted + OWN_DESCRIPTORS < most ? wanted + OWN_DESCRIPTORS : most;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > 2 * OWN_DESCRIPTORS && limit.rlim_cur - OWN_DESCRIPTORS < wanted
               ? (unsigned)limit.rlim_cur - OWN_DESCRIPTORS
               : wanted;
}

bool library_start(struct server *server, uv_poll_t *poll)
{
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, connection_admit,
        &server->connections, dispatch_request, server, MHD_OPTION_EXTERNAL_LOGGER, be_silent, NULL,
        MHD_OPTION_LISTEN_SOCKET, server->listening.socket, MHD_OPTION_NOTIFY_COMPLETED,
        dispatch_completed, server, MHD_OPTION_NOTIFY_CONNECTION, connection_notify,
        &server->connections, MHD_OPTION_UNESCAPE_CALLBACK, head_unescape, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
        allowed_connections(server->settings->connections), MHD_OPTION_CONNECTION_TIMEOUT, 0u,
#if HEAD_LIBRARY_IS_STRICT
        MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
#else
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
#endif
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
    if (!server->daemon)
        return false;
    int epoll = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    if (uv_poll_init(task_loop(), poll, epoll))
        return false;
    poll->data = server;
    return uv_poll_start(poll, UV_READABLE, on_readable) == 0;
}

void library_run(struct server *server)
{
    MHD_UNSIGNED_LONG_LONG milliseconds;
    MHD_run(server->daemon);
    connections_nudge(&server->connections);
    if (MHD_get_timeout(server->daemon, &milliseconds) && milliseconds == 0)
        server_wake(server);
}

void library_stop(struct server *server)
{
    library_run(server); /* takes up what was resumed: none may be suspended now */
    MHD_stop_daemon(server->daemon);
}
