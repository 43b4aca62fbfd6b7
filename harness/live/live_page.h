/* The live page's own files, built into the program. */
#pragma once

#include "serve/request.h"

/* "/" and /page/NAME. */
enum MHD_Result live_page_serve(struct http_request *request);
