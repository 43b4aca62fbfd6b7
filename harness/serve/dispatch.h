/* From a request that has come to the handler of its path: who may ask, what for, and how much. */
#pragma once

#include "serve/request.h"

/* The library's callbacks. */
enum MHD_Result dispatch_request(void *server, struct MHD_Connection *connection, const char *path,
                                 const char *method, const char *version, const char *body,
                                 size_t *body_size, void **context);
void dispatch_completed(void *server, struct MHD_Connection *connection, void **context,
                        enum MHD_RequestTerminationCode code);
