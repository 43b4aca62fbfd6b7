#include "serve/dispatch.h"
#include "serve/debug.h"
#include "serve/head.h"
#include "serve/metrics.h"
#include "serve/origin.h"
#include "serve/reply.h"
#include "serve/symbols.h"
#include "serve/work.h"
#include <stdlib.h>
#include <string.h>

static enum MHD_Result answer_health(struct http_request *request)
{
    bool draining = request->server->draining;
    return reply_text(request, draining ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK,
                      draining ? "draining\n" : "ok\n");
}

/* The service's own paths; the extension's come after. */
static const struct route own_routes[] = {
    {.path = "/work", .method = "GET", .answer = work_serve, .changes = true},
    {.path = "/healthz", .method = "GET", .answer = answer_health},
    {.path = "/metrics", .method = "GET", .answer = metrics_serve},
    {.path = "/debug/pprof", .method = "GET", .answer = debug_serve},
    {.path = "/debug/pprof/symbol",
     .method = "POST",
     .answer = symbols_serve,
     .body_most = SYMBOLS_BODY_MOST},
    {.path = "/debug/pprof/*", .method = "GET", .answer = debug_serve},
    {.path = NULL},
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

/* Two may understand it differently: nothing that follows on this connection is taken for a request. */
static enum MHD_Result refuse_and_close(struct http_request *request, unsigned status,
                                        const char *words)
{
    struct MHD_Response *response = response_of(
        MHD_create_response_from_buffer(strlen(words), (void *)words, MHD_RESPMEM_PERSISTENT),
        TEXT_PLAIN);
    if (response)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    return reply(request, status, response);
}

/* Whether it may not come to its handler; *taken is what the library is told then. */
static bool is_refused(struct http_request *request, enum MHD_Result *taken)
{
    const struct route *route = request->route;
    if (!origin_is_our_host(request))
        *taken = reply_text(request, MHD_HTTP_MISDIRECTED_REQUEST,
                            "this service does not go by that name: --host NAME allows one\n");
    else if (!route)
        *taken = reply_text(request, MHD_HTTP_NOT_FOUND, "there is nothing here\n");
    else if (strcmp(route->method, request->method) != 0)
        *taken = refuse_method(request, route->method);
    else if (!origin_may(request, route))
        *taken = reply_text(request, MHD_HTTP_FORBIDDEN,
                            "other sites' pages may not ask for this; this service's own page may, "
                            "and clients that are no browsers\n");
    else
        return false;
    return true;
}

static bool is_too_large(const struct http_request *request)
{
    const char *length = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                                     MHD_HTTP_HEADER_CONTENT_LENGTH);
    return length && strtoull(length, NULL, 10) > (request->route ? request->route->body_most : 0);
}

/* By its head alone, before a body comes. After an answer here the library closes. */
static enum MHD_Result admit(struct http_request *request, const char *target, const char *method,
                             const char *version)
{
    unsigned status;
    enum MHD_Result taken;
    const char *words = head_refusal(request, method, version, &status);
    if (words)
        return refuse_and_close(request, status, words);
    request->is_head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    request->method = request->is_head ? MHD_HTTP_METHOD_GET : method;
    request->path = origin_split(request, target);
    request->route = find(request->server->settings, request->path, request->method);
    if (!is_too_large(request))
        return MHD_YES;
    return is_refused(request, &taken)
               ? taken
               : reply_text(request, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too large\n");
}

static enum MHD_Result answer(struct http_request *request)
{
    enum MHD_Result taken;
    if (is_refused(request, &taken))
        return taken;
    return request->route->answer(request);
}

/* --- Arrival ---------------------------------------------------------------------------------- */

static enum MHD_Result begin(struct server *server, struct MHD_Connection *connection,
                             struct http_request **context)
{
    struct http_request *request = *context = calloc(1, sizeof *request);
    if (!request)
        return MHD_NO;
    request->server = server;
    request->connection = connection;
    return MHD_YES;
}

/* Of a length that was told, and is not too large. */
static enum MHD_Result take_body(struct http_request *request, const char *body, size_t *size)
{
    if (*size > request->route->body_most - request->body_length)
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
    struct http_request *request = *context;
    if (!request)
        return begin(server, connection, (struct http_request **)context)
                   ? admit(*context, path, method, version)
                   : MHD_NO;
    if (*body_size)
        return take_body(request, body, body_size);
    connection_end_await(connection_of(connection));
    if (request->go_on)
        return request->go_on(request);
    return answer(request);
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
