/* A case's profile, asked of its process: its connection is suspended until that has answered. */
#pragma once

#include "live/live_case.h"
#include "serve/request.h"

/* c NULL: no such variant. The order is one of LIVE_PROFILE_*. */
enum MHD_Result live_profile_serve(struct http_request *request, struct live_case *c,
                                   enum live_order order);
