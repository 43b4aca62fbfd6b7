/* A run: a leak and its fix under the same load. One at a time, which all pages watch. */
#pragma once

#include "live/live_state.h"

/* Without a run yet. NULL: no memory. */
struct live *live_run_make(struct server *server, const struct settings *settings);

/* Starts both cases; where others run, as soon as these have ended, which it makes them. */
void live_run_start(struct live *live, const struct live_wish *wish);

/* Whether there is one that could be steered or stopped. */
bool live_run_is_on(const struct live *live);
void live_run_steer(struct live *live, double rate, bool paused);

/* Both drain, settle and are judged. */
void live_run_stop(struct live *live);

/* Tells all pages. */
void live_run_tell_state(struct live *live);

/* Ends streams and processes; they are gone when live_run_is_gone(), and then live_run_free() may
 * come. The main task is woken at each step. */
void live_run_end(struct live *live);
bool live_run_is_gone(const struct live *live);
void live_run_free(struct live *live);
