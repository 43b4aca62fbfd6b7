/* GET /work: the pattern, once a request, in a task of its own.
 *
 * The task's context is cancelled at the request's deadline, when its client disconnects, and when
 * the service drains. A handler that does not return even then is given up after a grace: its
 * client gets an answer, and what is left of it is what the pattern leaks.
 */
#pragma once

#include "serve/histogram.h"
#include "serve/patience.h"
#include "task/ctx.h"
#include <microhttpd.h>

struct http_request;

#define FOR_EACH_OUTCOME(X)                                                                        \
    X(OUTCOME_OK, "ok", 200, "done\n")                                                             \
    X(OUTCOME_DEADLINE, "deadline_exceeded", 504, "the request's deadline passed\n")               \
    X(OUTCOME_CLIENT_GONE, "client_gone", 0, "")                                                   \
    X(OUTCOME_DRAINING, "draining", 503, "the service is shutting down\n")                         \
    X(OUTCOME_REFUSED, "refused", 503, "no memory for another task\n")

enum outcome_kind {
#define X(name, label, status, text) name,
    FOR_EACH_OUTCOME(X)
#undef X
        OUTCOMES
};

/* As in the label `outcome` of the metrics. */
const char *outcome_label(enum outcome_kind outcome);

/* Where all of it happens: one a server. */
struct work_place {
    void (*entry)(struct ctx *request); /* NULL: there is no work */
    struct ctx *root;                   /* of all requests; cancelled when the service drains */
    int64_t deadline;
    struct patience handlers; /* until each is given up */
    struct MHD_Response *answers[OUTCOMES];
    uint64_t at_work;  /* handlers that have not returned */
    uint64_t given_up; /* handlers, ever; those that return later than that still count */
    uint64_t outcomes[OUTCOMES];
    struct histogram latency; /* seconds from a request's start to its handler's return, or until
                                 it was given up */
    bool draining;
};

/* The deadline and the grace in nanoseconds. False: no memory. */
bool work_place_open(struct work_place *place, void (*entry)(struct ctx *request), int64_t deadline,
                     int64_t grace);

/* Cancels all. Handlers go on until each has returned or is given up. */
void work_place_drain(struct work_place *place);

/* Gives up all that have not returned. */
void work_place_give_up(struct work_place *place);

/* When nobody is left. The handle of .handlers.timer is the caller's to close. */
void work_place_close(struct work_place *place);

/* Begins; to be called from the access handler. Either answers, or suspends the connection. */
enum MHD_Result work_serve(struct http_request *request);
