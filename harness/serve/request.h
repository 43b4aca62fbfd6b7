/* One request on its way from headers to answer. */
#pragma once

#include "serve/server.h"

struct http_request {
    struct server *server;
    struct MHD_Connection *connection;
    const char *path; /* valid until the access handler returns */
    char *body;       /* with a final zero; NULL while there is none */
    size_t body_length;

    /* What its handler has left for later, where it has not answered at once, or streams. */
    void *pending;
    enum MHD_Result (*go_on)(struct http_request *request); /* the connection was resumed */
    void (*forget)(void *pending); /* the library is done with the request, answered or not */
};
