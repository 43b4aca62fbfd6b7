#include "serve/dispatch.h"
#include "serve/debug.h"
#include "serve/metrics.h"
#include "serve/origin.h"
#include "serve/reply.h"
#include "serve/work.h"
#include <stdlib.h>
#include <string.h>

enum { BODY_MOST = 65536 }; /* bytes; commands are short, pprof asks for many addresses at once */

static enum MHD_Result answer_health(struct http_request *request)
{
    bool draining = request->server->draining;
    return reply_text(request, draining ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK,
                      draining ? "draining\n" : "ok\n");
}

/* The service's own paths; the extension's come after. */
static const struct route own_routes[] = {
    {"/work", "GET", work_serve},
    {"/healthz", "GET", answer_health},
    {"/metrics", "GET", metrics_serve},
    {"/debug/pprof", "GET", debug_serve},
    {"/debug/pprof/symbol", "POST", debug_serve_symbols},
    {"/debug/pprof/*", "GET", debug_serve},
    {0},
};

static bool matches(const char *route, const char *path)
{
    size_t length = strlen(route);
    return route[length - 1] == '*' ? strncmp(route, path, length - 1) == 0
                                    : strcmp(route, path) == 0;
}

/* The first that takes the method, else the first of that path, else NULL. */
static const struct route *find_in(const struct route *routes, bool debug, const char *path,
                                   const char *method)
{
    const struct route *found = NULL;
    for (const struct route *route = routes; route->path; route++) {
        bool hidden = !debug && strncmp(route->path, "/debug/", 7) == 0;
        if (hidden || !matches(route->path, path))
            continue;
        if (strcmp(route->method, method) == 0)
            return route;
        found = found ? found : route;
    }
    return found;
}

static const struct route *find(const struct serve_settings *settings, const char *path,
                                const char *method)
{
    const struct route *own = find_in(own_routes, settings->debug, path, method);
    return own ? own : find_in(settings->extension->routes, settings->debug, path, method);
}

/* --- The answer ------------------------------------------------------------------------------- */

static enum MHD_Result refuse_method(struct http_request *request, const char *allowed)
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

static enum MHD_Result answer(struct http_request *request, const char *method)
{
    bool is_read = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    method = is_read ? "GET" : method;
    const struct route *route = find(request->server->settings, request->path, method);
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
                             struct http_request **context)
{
    struct http_request *request = *context = calloc(1, sizeof *request);
    if (!request)
        return MHD_NO;
    request->server = server;
    request->connection = connection;
    if (is_too_large(connection))
        return reply_text(request, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large\n");
    return MHD_YES;
}

/* A body without a length, too large: the library takes no answer in its midst. */
static enum MHD_Result take_body(struct http_request *request, const char *body, size_t *size)
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

enum MHD_Result dispatch_request(void *server, struct MHD_Connection *connection, const char *path,
                                 const char *method, const char *version, const char *body,
                                 size_t *body_size, void **context)
{
    (void)version;
    struct http_request *request = *context;
    if (!request)
        return begin(server, connection, (struct http_request **)context);
    if (*body_size)
        return take_body(request, body, body_size);
    connection_end_await(connection_of(connection));
    if (request->go_on)
        return request->go_on(request);
    request->path = path;
    enum MHD_Result taken = answer(request, method);
    request->path = NULL;
    return taken;
}

void dispatch_completed(void *server, struct MHD_Connection *connection, void **context,
                        enum MHD_RequestTerminationCode code)
{
    struct http_request *request = *context;
    (void)server;
    if (!request)
        return;
    *context = NULL;
    if (request->forget)
        request->forget(request->pending);
    if (code != MHD_REQUEST_TERMINATED_COMPLETED_OK)
        request->server->aborted++;
    else
        connection_await_client(connection_of(connection)); /* the next one may come */
    connection_request_ended(connection_of(connection));
    free(request->body);
    free(request);
}
