#include "serve/request.h"
#include "serve/debug.h"
#include "serve/live.h"
#include "serve/metrics.h"
#include "serve/origin.h"
#include "serve/page.h"
#include "serve/reply.h"
#include "serve/stream.h"
#include <stdlib.h>
#include <string.h>

struct route {
    const char *path; /* one that ends in * stands for all that begin so */
    const char *method;
    enum MHD_Result (*answer)(struct request *request);
};

static enum MHD_Result answer_health(struct request *request)
{
    bool draining = request->server->draining;
    return reply_text(request, draining ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK,
                      draining ? "draining\n" : "ok\n");
}

static const struct route routes[] = {
    {"/", "GET", page_serve},
    {"/page/*", "GET", page_serve},
    {"/work", "GET", work_serve},
    {"/healthz", "GET", answer_health},
    {"/metrics", "GET", metrics_serve},
    {"/debug/pprof", "GET", debug_serve},
    {"/debug/pprof/symbol", "POST", debug_serve_symbols},
    {"/debug/pprof/*", "GET", debug_serve},
    {"/live/pairs", "GET", live_serve_pairs},
    {"/live/source", "GET", live_serve_source},
    {"/live/profile", "GET", live_serve_profile},
    {"/live/events", "GET", live_serve_events},
    {"/live/start", "POST", live_serve_start},
    {"/live/steer", "POST", live_serve_steer},
    {"/live/stop", "POST", live_serve_stop},
};

static bool matches(const char *route, const char *path)
{
    size_t length = strlen(route);
    return route[length - 1] == '*' ? strncmp(route, path, length - 1) == 0
                                    : strcmp(route, path) == 0;
}

/* The first that takes the method, else the first of that path. */
static const struct route *find(const struct server *server, const char *path, const char *method)
{
    const struct route *found = NULL;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        const struct route *route = &routes[i];
        bool hidden = !server->settings->debug && strncmp(route->path, "/debug/", 7) == 0;
        if (hidden || !matches(route->path, path))
            continue;
        if (strcmp(route->method, method) == 0)
            return route;
        found = found ? found : route;
    }
    return found;
}

/* --- The answer ------------------------------------------------------------------------------- */

static enum MHD_Result refuse_method(struct request *request, const char *allowed)
{
    static const char text[] = "this path does not take that method\n";
    struct MHD_Response *response = response_of(
        MHD_create_response_from_buffer(sizeof text - 1, (void *)text, MHD_RESPMEM_PERSISTENT),
        TEXT_PLAIN);
    if (response)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
                                strcmp(allowed, "GET") == 0 ? "GET, HEAD" : allowed);
    return reply(request, MHD_HTTP_METHOD_NOT_ALLOWED, response);
}

static enum MHD_Result dispatch(struct request *request, const char *method)
{
    bool is_read = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    method = is_read ? "GET" : method;
    const struct route *route = find(request->server, request->path, method);
    if (!origin_is_our_host(request))
        return reply_text(request, MHD_HTTP_MISDIRECTED_REQUEST,
                          "this service does not go by that name\n");
    if (!route)
        return reply_text(request, MHD_HTTP_NOT_FOUND, "there is nothing here\n");
    if (strcmp(route->method, method) != 0)
        return refuse_method(request, route->method);
    if (!is_read && !origin_is_same(request))
        return reply_text(request, MHD_HTTP_FORBIDDEN,
                          "commands are taken from this service's own page only\n");
    return route->answer(request);
}

/* --- Arrival ---------------------------------------------------------------------------------- */

static bool is_too_large(struct MHD_Connection *connection)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return length && strtoull(length, NULL, 10) > BODY_MOST;
}

static enum MHD_Result begin(struct server *server, struct MHD_Connection *connection,
                             struct request **context)
{
    struct request *request = *context = calloc(1, sizeof *request);
    if (!request)
        return MHD_NO;
    request->server = server;
    request->connection = connection;
    if (is_too_large(connection))
        return reply_text(request, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large\n");
    return MHD_YES;
}

/* A body without a length, too large: the library takes no answer in its midst. */
static enum MHD_Result take_body(struct request *request, const char *body, size_t *size)
{
    if (*size > BODY_MOST - request->body_length)
        return MHD_NO;
    char *more = realloc(request->body, request->body_length + *size + 1);
    if (!more)
        return MHD_NO;
    memcpy(more + request->body_length, body, *size);
    request->body = more;
    request->body_length += *size;
    more[request->body_length] = 0;
    *size = 0;
    return MHD_YES;
}

enum MHD_Result request_handle(void *server, struct MHD_Connection *connection, const char *path,
                               const char *method, const char *version, const char *body,
                               size_t *body_size, void **context)
{
    (void)version;
    struct request *request = *context;
    if (!request)
        return begin(server, connection, (struct request **)context);
    if (*body_size)
        return take_body(request, body, body_size);
    connection_end_await(connection_of(connection));
    if (request->work)
        return work_serve(request);
    if (request->wait)
        return live_profile_resume(request);
    request->path = path;
    enum MHD_Result taken = dispatch(request, method);
    request->path = NULL;
    return taken;
}

void request_completed(void *server, struct MHD_Connection *connection, void **context,
                       enum MHD_RequestTerminationCode code)
{
    struct request *request = *context;
    (void)server;
    if (!request)
        return;
    *context = NULL;
    work_forget(request->work);
    stream_forget(request->stream);
    live_wait_forget(request->wait);
    if (code != MHD_REQUEST_TERMINATED_COMPLETED_OK)
        request->server->aborted++;
    else
        connection_await_client(connection_of(connection)); /* the next one may come */
    connection_request_ended(connection_of(connection));
    free(request->body);
    free(request);
}
