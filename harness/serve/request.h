/* One request on its way from headers to answer. */
#pragma once

#include "serve/server.h"

enum { BODY_MOST = 65536 }; /* bytes; commands are short, pprof asks for many addresses at once */

struct work;
struct stream;
struct live_wait;

struct request {
    struct server *server;
    struct MHD_Connection *connection;
    const char *path; /* valid until the access handler returns */
    char *body;       /* with a final zero; NULL while there is none */
    size_t body_length;
    struct work *work;
    struct stream *stream;  /* server-sent events that go on */
    struct live_wait *wait; /* for a case's answer */
};

/* The library's callbacks. */
enum MHD_Result request_handle(void *server, struct MHD_Connection *connection, const char *path,
                               const char *method, const char *version, const char *body,
                               size_t *body_size, void **context);
void request_completed(void *server, struct MHD_Connection *connection, void **context,
                       enum MHD_RequestTerminationCode code);
