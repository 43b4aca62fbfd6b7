/* A request's head, held to RFC 9112 where the library is not. What two readers of one connection may
 * understand differently is answered with 400, 411 or 501, and the connection is closed. */
#pragma once

#include "serve/request.h"

/* Where the library can be told to be strict itself: library.c does. */
#define HEAD_LIBRARY_IS_STRICT (MHD_VERSION >= 0x00097701)

/* NULL where the head is in order. Else why not, a line for the client; *status is what to answer.
 * method and version are the library's own, of the first call of its access handler. Sets the request's host. */
const char *head_refusal(struct http_request *request, const char *method, const char *version,
                         unsigned *status);

/* The library's callback: takes %XX apart in place. What is no such thing, or stands for a zero byte,
 * is kept in mind until the head is looked at. */
size_t head_unescape(void *unused, struct MHD_Connection *connection, char *text);
