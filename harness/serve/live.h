/* The live page's other side: a leak and its fix under the same load, told as they go.
 *
 * One run at a time, which all pages watch. Each half is a process of its own (live_child.h). */
#pragma once

#include "serve/request.h"
#include <stdio.h>

struct live;

/* NULL: no memory. */
struct live *live_begin(struct server *server);

/* Ends streams and processes; they are gone when live_is_gone(), and then live_free() may come. The
 * main task is woken at each step. */
void live_end(struct live *live);
bool live_is_gone(const struct live *live);
void live_free(struct live *live);

enum MHD_Result live_serve_pairs(struct request *request);
enum MHD_Result live_serve_source(struct request *request);
enum MHD_Result live_serve_events(struct request *request);
enum MHD_Result live_serve_start(struct request *request);
enum MHD_Result live_serve_steer(struct request *request);
enum MHD_Result live_serve_stop(struct request *request);

/* The profile of a case, by the argument `variant`, as JSON. */
enum MHD_Result live_serve_profile(struct request *request);

/* The same in Go's shapes, for /debug/pprof/goroutine?variant=. */
enum MHD_Result live_serve_goroutine(struct request *request, int debug);

/* For both: goes on after the connection was resumed. */
enum MHD_Result live_profile_resume(struct request *request);

struct live_wait;
void live_wait_forget(struct live_wait *wait);

/* The cases' figures, in Prometheus's text format; nothing while there are none. */
void live_write_metrics(const struct live *live, FILE *out);
