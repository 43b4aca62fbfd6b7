/* One request on its way from headers to answer. */
#pragma once

#include "serve/server.h"

struct http_request {
    struct server *server;
    struct MHD_Connection *connection;
    const struct route *route; /* NULL: there is nothing at its path */
    const char *method;        /* GET for HEAD too */
    const char *path;          /* without its arguments */
    const char *host;          /* with its port; NULL where the request names none */
    size_t host_length;
    bool is_head; /* the answer's body is not sent */
    char *body;   /* with a final zero; NULL while there is none */
    size_t body_length;

    /* What its handler has left for later, where it has not answered at once, or streams. */
    void *pending;
    enum MHD_Result (*go_on)(struct http_request *request); /* the connection was resumed */
    void (*forget)(void *pending); /* the library is done with the request, answered or not */
};
