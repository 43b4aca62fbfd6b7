/* The cases' figures in /metrics. */
#pragma once

#include "live/live_state.h"
#include <stdio.h>

/* In Prometheus's text format; nothing while there are none. */
void live_metrics_write(const struct live *live, FILE *out);
