/* What a service has beside its own paths. Whoever starts the service gives it: the service knows no
 * more of it than this. The live page is one (live/live.h). */
#pragma once

#include <microhttpd.h>
#include <stdbool.h>
#include <stdio.h>

struct http_request;
struct server;

struct route {
    const char *path; /* one that ends in * stands for all that begin so */
    const char *method;
    enum MHD_Result (*answer)(struct http_request *request);
    size_t body_most; /* bytes of a request's body */
    bool changes;     /* a GET that does: not for other sites' pages, as all but GET is not */
};

struct extension {
    const struct route *routes; /* up to one without a path; after the service's own */
    const void *settings;       /* for begin() */

    /* Called in the main task, before the first request. What it returns is server->extended, which
     * the others here are given as self. NULL: no memory. */
    void *(*begin)(struct server *server, const void *settings);

    /* end() ends what is under way. The main task is woken, by server_wake(), whenever is_gone() may
     * have become true; then free() may come. */
    void (*end)(void *self);
    bool (*is_gone)(const void *self);
    void (*free)(void *self);

    /* Adds to /metrics, in Prometheus's text format. */
    void (*write_metrics)(const void *self, FILE *out);

    /* /debug/pprof/goroutine with an argument `variant`: another process's profile. debug is 0 to 2, as
     * in Go. */
    enum MHD_Result (*answer_goroutine)(struct http_request *request, int debug);
};
