/* A service from its listening socket to its drained end. */
#pragma once

#include "serve/server.h"

/* Serves until SIGINT or SIGTERM, then drains, and says on standard error what would not go. To be
 * called as the main task: wraps task_run(). Returns the exit status: 0 when all tasks of requests
 * were gone, else 1. ready is told when clients may come; NULL where nobody needs to know. */
int serve_run(const struct serve_settings *settings, const struct listening *listening,
              void (*ready)(const struct server *server));
