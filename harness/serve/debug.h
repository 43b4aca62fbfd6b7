/* /debug/pprof/: profiles under the paths and in the shapes of Go's net/http/pprof. */
#pragma once

#include "serve/request.h"

enum MHD_Result debug_serve(struct http_request *request);
