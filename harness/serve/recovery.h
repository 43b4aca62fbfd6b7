/* What is proven to be leaked is made to end, while the service goes on. */
#pragma once

#include <stdint.h>
#include <uv.h>

/* Looks after each such time, and tells who ends: a line for each place, to standard error. The timer is the caller's to
 * close. */
void recovery_start(uv_timer_t *timer, int64_t interval);
