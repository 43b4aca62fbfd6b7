/* What every detector of plain C looks at: a program with a libuv loop that serves requests of one case. */
#pragma once

#include "catalog.h"
#include <uv.h>

/* Opens the loop, and what libuv opens once for all: its thread pool, what it needs for signals, and a descriptor in reserve for streams. So these are there
 * before any request, and are no finding. Returns libuv's error, or 0. */
int serve_plain_open(uv_loop_t *loop);

/* Serves so many requests, a thousand a second by the virtual clock, and lets ten seconds more pass: all ends that time can end.
 * What threads and children do takes real time, which is waited for. A pair without a loop leaves this one alone. */
void serve_plain(uv_loop_t *loop, const struct pair *pair, enum variant variant, uint64_t requests);
