/* /metrics: this service, and the cases of its live page, in Prometheus's text format. */
#pragma once

#include "serve/request.h"

#include <stdio.h>

enum MHD_Result metrics_serve(struct http_request *request);

/* The two lines before a metric's values. */
void metric_head(FILE *out, const char *name, const char *type, const char *help);
