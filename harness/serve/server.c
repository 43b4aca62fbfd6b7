#include "serve/server.h"
#include "profile/dump.h"
#include "serve/live.h"
#include "serve/memory_limit.h"
#include "serve/request.h"
#include "serve/stream.h"
#include "task/chan.h"
#include "task/loop.h"
#include "task/stats.h"
#include "task/task.h"
#include "task/time.h"
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Headers of a request fit in it, or it is refused with 431. The library clears all of it after each
 * request: twice as much would cost a twentieth of the requests a second. */
enum { CONNECTION_MEMORY = 8192, OWN_DESCRIPTORS = 64 };

void server_wake(struct server *server)
{
    chan_try_send(server->events, NULL); /* full: it will look anyway */
}

/* A zero byte would end the path for everyone who reads it: it becomes a byte that no path has. */
static size_t unescape(void *unused, struct MHD_Connection *connection, char *text)
{
    (void)unused, (void)connection;
    size_t length = MHD_http_unescape(text);
    for (size_t i = 0; i < length; i++)
        if (text[i] == 0)
            text[i] = '\x7f';
    return length;
}

/* --- The library on the loop ------------------------------------------------------------------ */

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

static bool start_library(struct server *server)
{
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, connection_admit, server,
        request_handle, server, MHD_OPTION_EXTERNAL_LOGGER, be_silent, NULL,
        MHD_OPTION_LISTEN_SOCKET, server->listening.socket, MHD_OPTION_NOTIFY_COMPLETED,
        request_completed, server, MHD_OPTION_NOTIFY_CONNECTION, connection_notify, server,
        MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
        allowed_connections(server->settings->connections), MHD_OPTION_CONNECTION_TIMEOUT, 0u,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
    if (!server->daemon)
        return false;
    int epoll = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    if (uv_poll_init(task_loop(), &server->poll, epoll))
        return false;
    server->poll.data = server;
    return uv_poll_start(&server->poll, UV_READABLE, on_readable) == 0;
}

/* The library takes only so many events at once: as long as there are more, the others' tasks get
 * their turn in between. */
static void run_library(struct server *server)
{
    MHD_UNSIGNED_LONG_LONG milliseconds;
    MHD_run(server->daemon);
    connections_nudge(&server->connections);
    if (MHD_get_timeout(server->daemon, &milliseconds) && milliseconds == 0)
        server_wake(server);
}

/* --- The end ---------------------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;
    if (server->draining)
        _exit(128 + number); /* asked twice */
    server->signal = number;
    server->draining = true;
    server_wake(server);
}

/* Everyone but the main task, which is the one that looks. */
static bool is_left(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->id != task_id();
}

static int report_left(const struct server *server)
{
    size_t left = task_count() - 1;
    if (task_stats.timers)
        fprintf(stderr, "leaklab serve: %" PRIu64 " timers that nobody has stopped are left\n",
                task_stats.timers);
    if (left == 0) {
        fprintf(stderr, "leaklab serve: drained, all tasks are gone\n");
        return 0;
    }
    fprintf(stderr, "leaklab serve: drained, but %zu task%s would not go:\n", left,
            left == 1 ? "" : "s");
    if (server->work.given_up)
        fprintf(stderr, "(%" PRIu64 " handlers did not return and were given up)\n",
                server->work.given_up);
    if (dump_write(&(struct dump){.format = DUMP_SUMMARY, .filter = is_left}, stderr) != 0)
        fprintf(stderr, "leaklab serve: can not say where they are: %s\n", strerror(errno));
    return 1;
}

static void on_alarm(uv_timer_t *timer)
{
    server_wake(timer->data);
}

/* Everyone else is parked, and no deadline will wake one: whoever is left is left for ever. */
static bool nothing_can_go_on(void)
{
    uint64_t parked = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        parked += task_stats.waiting[reason];
    return parked + 1 == task_stats.live && task_stats.armed == 0;
}

static void wait_for_handlers(struct server *server)
{
    uv_timer_t *alarm = &server->alarm;
    int64_t end = clock_now() + server->settings->drain;
    uv_timer_start(alarm, on_alarm, 20, 20);
    /* What a request has started, and its end cancels, may need a moment more than its handler. */
    while (task_count() > 1 && !nothing_can_go_on() && clock_now() < end) {
        run_library(server);
        chan_recv(server->events, NULL);
    }
    uv_timer_stop(alarm);
    work_place_give_up(&server->work);
}

/* Answers that are on their way get a moment to leave. */
static void drain(struct server *server)
{
    int listening = MHD_quiesce_daemon(server->daemon);
    if (listening >= 0)
        close(listening);
    live_end(server->live);
    work_place_drain(&server->work);
    wait_for_handlers(server);
    for (int turn = 0; turn < 16 && server->connections.open; turn++) {
        run_library(server);
        task_yield();
    }
    connections_hang_up_idle(&server->connections);
}

static void on_closed(uv_handle_t *handle)
{
    struct server *server = handle->data;
    server->handles--;
    server_wake(server);
}

static void close_handle(struct server *server, void *handle)
{
    ((uv_handle_t *)handle)->data = server;
    server->handles++;
    uv_close(handle, on_closed);
}

static void stop(struct server *server)
{
    run_library(server); /* takes up what was resumed: none may be suspended now */
    MHD_stop_daemon(server->daemon);
    close_handle(server, &server->poll);
    close_handle(server, &server->alarm);
    close_handle(server, &server->connections.clients.timer);
    close_handle(server, &server->work.handlers.timer);
    close_handle(server, &server->signals[0]);
    close_handle(server, &server->signals[1]);
    while (server->handles || !live_is_gone(server->live))
        chan_recv(server->events, NULL);
    live_free(server->live);
}

/* --- All of it -------------------------------------------------------------------------------- */

static bool start(struct server *server)
{
    static const int numbers[2] = {SIGINT, SIGTERM};
    const struct serve_settings *settings = server->settings;
    uv_loop_t *loop = task_loop();
    signal(SIGPIPE, SIG_IGN);
    if (dump_install() != 0)
        fprintf(stderr, "leaklab serve: SIGUSR1 can not be caught: %s\n", strerror(errno));
    server->began = clock_now();
    server->events = chan_make(struct {}, 1);
    uv_timer_init(loop, &server->alarm);
    server->alarm.data = server;
    connections_start(&server->connections, settings->client_timeout);
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(loop, &server->signals[i]);
        server->signals[i].data = server;
        uv_signal_start(&server->signals[i], on_signal, numbers[i]);
    }
    if (settings->memory_limit)
        memory_limit_start(settings->memory_limit);
    return work_place_open(&server->work,
                           settings->pair ? settings->pair->entry[settings->variant] : NULL,
                           settings->deadline, settings->grace) &&
           (server->live = live_begin(server)) && start_library(server);
}

struct running {
    struct server *server;
    void (*ready)(const struct server *server);
    int status;
};

static void serve(void *arg)
{
    struct running *running = arg;
    struct server *server = running->server;
    if (!start(server)) {
        fprintf(stderr, "leaklab serve: can not start the server: %s\n", strerror(errno));
        running->status = 1;
        return;
    }
    if (running->ready)
        running->ready(server);
    while (!server->draining) {
        run_library(server);
        chan_recv(server->events, NULL);
    }
    drain(server);
    stop(server);
    running->status = report_left(server);
    work_place_close(&server->work);
    chan_drop(server->events);
    free(server->connections.spare);
}

int server_run(const struct serve_settings *settings, struct listening *listening,
               void (*ready)(const struct server *server))
{
    struct server *server = calloc(1, sizeof *server);
    struct running running = {server, ready, 1};
    if (!server) {
        fprintf(stderr, "leaklab serve: no memory to start\n");
        return 1;
    }
    server->settings = settings;
    server->listening = *listening;
    if (task_run(serve, &running) != 0)
        fprintf(stderr, "leaklab serve: %s\n", task_error());
    if (!server->work.at_work) /* a handler that never returned may still look at it */
        free(server);
    return running.status;
}
