/* Answers, all with the headers that keep a browser from doing anything but what it is for. */
#pragma once

#include "serve/request.h"
#include <stdio.h>

#define TEXT_PLAIN "text/plain; charset=utf-8"

/* Adds the type, the security headers and `Cache-Control: no-store`. NULL stays NULL. */
struct MHD_Response *response_of(struct MHD_Response *plain, const char *type);

/* Queues the response and drops the caller's reference to it. NULL (no memory) closes. */
enum MHD_Result reply(struct http_request *request, unsigned status, struct MHD_Response *response);

/* The same for a short text, which is copied. */
enum MHD_Result reply_text(struct http_request *request, unsigned status, const char *text);

/* For text that lives as long as the program. */
enum MHD_Result reply_constant(struct http_request *request, unsigned status, const char *type,
                               const void *data, size_t size);

/* A file in memory to write a long answer to: it is not heap, so looking does not change what the
 * heap's figures say. NULL and errno where there is none. */
FILE *reply_file(void);

/* Sends what was written there, and closes it. extra header: name and value, or NULL. An error of
 * the file becomes a 500 that says so. */
enum MHD_Result reply_with_file(struct http_request *request, FILE *file, const char *type,
                                const char *name, const char *value);
