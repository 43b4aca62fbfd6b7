/* POST /debug/pprof/symbol: pprof asks for the names in a text profile, by addresses in hex with a plus
 * between them. Anybody may ask for any: so they are looked up a few at a time, in a task of its own,
 * and no more is kept of them than fits into a table of a fixed size. */
#pragma once

#include "serve/request.h"

enum { SYMBOLS_BODY_MOST = 65536, SYMBOLS_MOST = 4096 /* addresses */, SYMBOLS_AT_ONCE = 4 };

/* Either answers, or suspends the connection. */
enum MHD_Result symbols_serve(struct http_request *request);
