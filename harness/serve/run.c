#include "serve/run.h"
#include "census/census.h"
#include "census/listing.h"
#include "profile/dump.h"
#include "profile/install.h"
#include "serve/library.h"
#include "serve/memory_limit.h"
#include "serve/recovery.h"
#include "serve/work.h"
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
#include <unistd.h>

/* The server, and what only its beginning and end are about. A handler that never returns may look at
 * its place after all else has ended: so they are one piece of memory. */
struct service {
    struct server server;
    struct work_place work;
    uv_poll_t poll; /* of the library */
    uv_timer_t alarm, recovery;
    uv_signal_t signals[2];
    unsigned handles; /* of the loop, being closed */
    void (*ready)(const struct server *server);
    int status;
};

/* --- The end ---------------------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;
    if (server->draining)
        _exit(128 + number); /* asked twice */
    server->draining = true;
    server_wake(server);
}

/* Everyone but the main task, which is the one that looks. */
static bool is_left(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->id != task_id();
}

/* Of plain C. How many there are. */
static long report_open(const struct server *server)
{
    const struct pair *pair = server->settings->pair;
    struct listing_counts counts;
    struct listing listing = {.subject = "left by the pair", .callers = "harness/"};
    uint64_t left = 0;
    if (!pair || !pair_is_plain(pair) || !listing_count(&listing, &counts))
        return 0;
    for (enum census_kind kind = 0; kind < CENSUS_KINDS; kind++)
        left += counts.of_kind[kind];
    if (left)
        listing_write(&listing, stderr);
    return (long)left;
}

static int report_left(const struct server *server)
{
    size_t left = task_count() - 1;
    long open = report_open(server);
    if (task_stats.timers)
        fprintf(stderr, "leaklab serve: %" PRIu64 " timers that nobody has stopped are left\n",
                task_stats.timers);
    if (left == 0) {
        fprintf(stderr, "leaklab serve: drained, all tasks are gone%s\n",
                open ? ", and the pair has left what stands above" : "");
        return open != 0;
    }
    fprintf(stderr, "leaklab serve: drained, but %zu task%s would not go:\n", left,
            left == 1 ? "" : "s");
    if (server->work->given_up)
        fprintf(stderr, "(%" PRIu64 " handlers did not return and were given up)\n",
                server->work->given_up);
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

static void wait_for_handlers(struct server *server, uv_timer_t *alarm)
{
    int64_t end = clock_now() + server->settings->drain;
    uv_timer_start(alarm, on_alarm, 20, 20);
    /* What a request has started, and its end cancels, may need a moment more than its handler. */
    while (task_count() > 1 && !nothing_can_go_on() && clock_now() < end) {
        library_run(server);
        chan_recv(server->events, NULL);
    }
    uv_timer_stop(alarm);
    work_place_give_up(server->work);
}

/* Answers that are on their way get a moment to leave. */
static void drain(struct service *service)
{
    struct server *server = &service->server;
    int listening = MHD_quiesce_daemon(server->daemon);
    if (listening >= 0)
        close(listening);
    server->settings->extension->end(server->extended);
    work_place_drain(server->work);
    wait_for_handlers(server, &service->alarm);
    for (int turn = 0; turn < 16 && server->connections.open; turn++) {
        library_run(server);
        task_yield();
    }
    connections_hang_up_idle(&server->connections);
}

static void on_closed(uv_handle_t *handle)
{
    struct service *service = handle->data;
    service->handles--;
    server_wake(&service->server);
}

static void close_handle(struct service *service, void *handle)
{
    ((uv_handle_t *)handle)->data = service;
    service->handles++;
    uv_close(handle, on_closed);
}

static void stop(struct service *service)
{
    struct server *server = &service->server;
    const struct extension *extension = server->settings->extension;
    library_stop(server);
    close_handle(service, &service->poll);
    close_handle(service, &service->alarm);
    close_handle(service, &service->recovery);
    close_handle(service, &server->connections.clients.timer);
    close_handle(service, &service->work.handlers.timer);
    close_handle(service, &service->signals[0]);
    close_handle(service, &service->signals[1]);
    while (service->handles || !extension->is_gone(server->extended))
        chan_recv(server->events, NULL);
    extension->free(server->extended);
}

/* --- All of it -------------------------------------------------------------------------------- */

static void catch_signals(struct service *service)
{
    static const int numbers[2] = {SIGINT, SIGTERM};
    signal(SIGPIPE, SIG_IGN);
    if (dump_install() != 0)
        fprintf(stderr, "leaklab serve: SIGUSR1 can not be caught: %s\n", strerror(errno));
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(task_loop(), &service->signals[i]);
        service->signals[i].data = &service->server;
        uv_signal_start(&service->signals[i], on_signal, numbers[i]);
    }
}

/* Of plain C: on the service's own loop, and whatever threads it makes. */
static struct {
    const struct pair *pair;
    enum variant variant;
} plain;

static void serve_plain(struct ctx *request)
{
    (void)request;
    if (plain.pair->on_loop[plain.variant])
        plain.pair->on_loop[plain.variant](task_loop());
    else
        plain.pair->threaded[plain.variant]();
}

static void (*entry_of(const struct serve_settings *settings))(struct ctx *request)
{
    if (!settings->pair)
        return NULL;
    if (!pair_is_plain(settings->pair))
        return settings->pair->entry[settings->variant];
    plain.pair = settings->pair;
    plain.variant = settings->variant;
    census_start(); /* what was made before is not the pair's */
    return serve_plain;
}

static bool start(struct service *service)
{
    struct server *server = &service->server;
    const struct serve_settings *settings = server->settings;
    const struct extension *extension = settings->extension;
    server->events = chan_make(struct {}, 1);
    server->work = &service->work;
    uv_timer_init(task_loop(), &service->alarm);
    service->alarm.data = server;
    uv_timer_init(task_loop(), &service->recovery);
    if (settings->recover)
        recovery_start(&service->recovery, settings->recover);
    connections_start(&server->connections, server->events, settings->client_timeout);
    catch_signals(service);
    if (settings->memory_limit)
        memory_limit_start(settings->memory_limit);
    return work_place_open(&service->work, entry_of(settings), settings->deadline,
                           settings->grace) &&
           (server->extended = extension->begin(server, extension->settings)) &&
           library_start(server, &service->poll);
}

static void serve(void *arg)
{
    struct service *service = arg;
    struct server *server = &service->server;
    if (!start(service)) {
        fprintf(stderr, "leaklab serve: can not start the server: %s\n", strerror(errno));
        return;
    }
    if (service->ready)
        service->ready(server);
    while (!server->draining) {
        library_run(server);
        chan_recv(server->events, NULL);
    }
    drain(service);
    stop(service);
    service->status = report_left(server);
    work_place_close(&service->work);
    chan_drop(server->events);
    connections_end(&server->connections);
}

int serve_run(const struct serve_settings *settings, const struct listening *listening,
              void (*ready)(const struct server *server))
{
    struct service *service = calloc(1, sizeof *service);
    if (!service) {
        fprintf(stderr, "leaklab serve: no memory to start\n");
        return 1;
    }
    service->server.settings = settings;
    service->server.listening = *listening;
    service->ready = ready;
    service->status = 1;
    if (task_run(serve, service) != 0)
        fprintf(stderr, "leaklab serve: %s\n", task_error());
    int status = service->status;
    if (!service->work.at_work)
        free(service);
    return status;
}
