/* The live page and what is behind it: a leak and its fix under the same load, told as they go.
 *
 * One run at a time, which all pages watch (live_run.h). Each half is a process of its own
 * (live_child.h). */
#pragma once

#include "probe/gauges.h"
#include "serve/extension.h"

/* For a service to have: "/", /page/ and /live/. The settings are of the cases, but for the rate, which
 * the page sets; they are the caller's, and stay. */
struct extension live_extension(const struct settings *settings);
