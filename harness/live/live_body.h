/* A command's body: JSON from anybody, so it is measured before it is parsed. */
#pragma once

#include "serve/request.h"
#include <jansson.h>

/* Bytes, and how deep its brackets may be nested: the parser calls itself for each, on a task's stack. */
enum { LIVE_BODY_MOST = 4096, LIVE_BODY_DEPTH = 8 };

/* The caller drops it. NULL: it is no object, or nested too deep. */
json_t *live_body(const struct http_request *request);
