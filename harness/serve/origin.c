#include "serve/origin.h"
#include <string.h>
#include <strings.h>

static const char *header(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* The length of a host without its port: [::1]:8080, localhost:8080. */
static size_t host_length(const char *host)
{
    const char *bracket = host[0] == '[' ? strchr(host, ']') : NULL;
    return bracket ? (size_t)(bracket + 1 - host) : strcspn(host, ":");
}

static bool is_host(const char *host, size_t length, const char *name)
{
    return strlen(name) == length && strncasecmp(host, name, length) == 0;
}

bool origin_is_our_host(const struct http_request *request)
{
    const struct listening *listening = &request->server->listening;
    const char *host = header(request, MHD_HTTP_HEADER_HOST);
    if (!listening->loopback || !host) /* without one it is no browser */
        return true;
    size_t length = host_length(host);
    return is_host(host, length, "localhost") || is_host(host, length, "127.0.0.1") ||
           is_host(host, length, "[::1]") ||
           (length == host_length(listening->name) && strncmp(host, listening->name, length) == 0);
}

bool origin_is_same(const struct http_request *request)
{
    const char *site = header(request, "Sec-Fetch-Site");
    const char *origin = header(request, MHD_HTTP_HEADER_ORIGIN);
    const char *host = header(request, MHD_HTTP_HEADER_HOST);
    if (site && strcmp(site, "same-origin") != 0)
        return false;
    if (!origin)
        return true;
    return host && strncmp(origin, "http://", 7) == 0 && strcasecmp(origin + 7, host) == 0;
}
