#include "serve/origin.h"
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

static const char *header(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* --- The host --------------------------------------------------------------------------------- */

const char *origin_split(struct http_request *request, const char *target)
{
    static const char scheme[] = "http://";
    if (*target == '/' || strncasecmp(target, scheme, sizeof scheme - 1) != 0)
        return target;
    request->host = target + sizeof scheme - 1;
    request->host_length = strcspn(request->host, "/");
    const char *path = request->host + request->host_length;
    return *path ? path : "/";
}

/* Without its port: [::1]:8080, localhost:8080. */
static size_t name_length(const char *host, size_t length)
{
    const char *end = host[0] == '[' ? memchr(host, ']', length) : memchr(host, ':', length);
    return !end ? length : (size_t)(end - host) + (*end == ']');
}

static bool is_port(const char *rest, size_t length)
{
    if (length == 0)
        return true;
    for (size_t i = 1; i < length; i++)
        if (rest[i] < '0' || rest[i] > '9')
            return false;
    return rest[0] == ':' && length <= sizeof ":65535" - 1;
}

static bool is_host(const char *host, size_t length, const char *name)
{
    return strlen(name) == length && strncasecmp(host, name, length) == 0;
}

static bool is_number(const char *host, size_t length)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char address[sizeof(struct in6_addr)];
    bool bracketed = length > 2 && host[0] == '[' && host[length - 1] == ']';
    if (bracketed) {
        host++;
        length -= 2;
    }
    if (length >= sizeof text)
        return false;
    memcpy(text, host, length);
    text[length] = 0;
    return inet_pton(bracketed ? AF_INET6 : AF_INET, text, address) == 1;
}

/* names: with commas in between. */
static bool is_given(const char *host, size_t length, const char *names)
{
    while (names && *names) {
        size_t one = strcspn(names, ",");
        if (one == length && strncasecmp(host, names, length) == 0)
            return true;
        names += one + (names[one] == ',');
    }
    return false;
}

bool origin_is_our_host(const struct http_request *request)
{
    const struct listening *listening = &request->server->listening;
    const char *host = request->host;
    if (!host) /* without one it is no browser */
        return true;
    size_t length = name_length(host, request->host_length);
    if (!length || !is_port(host + length, request->host_length - length))
        return false;
    if (is_host(host, length, "localhost") ||
        is_given(host, length, request->server->settings->hosts))
        return true;
    if (!listening->loopback)
        return is_number(host, length);
    return is_host(host, length, "127.0.0.1") || is_host(host, length, "[::1]") ||
           (length == name_length(listening->name, strlen(listening->name)) &&
            strncmp(host, listening->name, length) == 0);
}

bool origin_is_name(const char *name, size_t length)
{
    return length &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") >=
               length;
}

/* --- The page that asks ----------------------------------------------------------------------- */

/* Whether the header Origin, where there is one, is this service itself. */
static bool origin_is_same(const struct http_request *request)
{
    static const char scheme[] = "http://";
    const char *origin = header(request, MHD_HTTP_HEADER_ORIGIN);
    if (!origin)
        return true;
    return request->host && strncmp(origin, scheme, sizeof scheme - 1) == 0 &&
           is_host(request->host, request->host_length, origin + sizeof scheme - 1);
}

/* Browsers say Sec-Fetch-Site to loopback and by https only; and Origin with what is no GET. */
static bool is_silent_browser(const struct http_request *request)
{
    const char *agent = header(request, MHD_HTTP_HEADER_USER_AGENT);
    return agent && strncmp(agent, "Mozilla/", 8) == 0 && !header(request, MHD_HTTP_HEADER_ORIGIN);
}

bool origin_may(const struct http_request *request, const struct route *route)
{
    const char *site = header(request, "Sec-Fetch-Site"), *mode = header(request, "Sec-Fetch-Mode");
    bool reads = strcmp(route->method, "GET") == 0;
    bool changes = route->changes || !reads;
    if (site && strcmp(site, "same-origin") == 0)
        return origin_is_same(request);
    if (site && strcmp(site, "none") == 0) /* typed by its user */
        return reads && origin_is_same(request);
    if (site) /* of another site: a link to what only tells may be followed */
        return !changes && mode && strcmp(mode, "navigate") == 0;
    return !changes || (origin_is_same(request) && !(reads && is_silent_browser(request)));
}
