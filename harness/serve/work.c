/* A request's work is shared by its task and its connection: who lets go last frees it. */
#include "serve/work.h"
#include "serve/reply.h"
#include "serve/request.h"
#include "task/loop.h"
#include "task/task.h"
#include "task/time.h"
#include <stdlib.h>
#include <string.h>

struct work {
    struct waiting waiting; /* first: in place->handlers until it returns or is given up */
    struct work_place *place;
    struct http_request *request; /* NULL once the library is done with it */
    struct ctx *ctx;
    int64_t began;
    unsigned references;
    bool returned; /* its handler */
    bool client_gone;
    bool counted;
    enum outcome_kind outcome; /* once counted */
};

static const struct {
    const char *label, *text;
    unsigned status; /* 0: nobody is there to be told */
} outcomes[] = {
#define X(name, label_, status_, text_) [name] = {label_, text_, status_},
    FOR_EACH_OUTCOME(X)
#undef X
};

const char *outcome_label(enum outcome_kind outcome)
{
    return outcomes[outcome].label;
}

static void let_go(struct work *work)
{
    if (--work->references)
        return;
    ctx_drop(work->ctx);
    free(work);
}

/* --- The end of the work ---------------------------------------------------------------------- */

static void resume(const struct work *work)
{
    if (work->request)
        connection_resume(connection_of(work->request->connection));
}

static enum outcome_kind outcome_of(const struct work *work)
{
    switch (ctx_err(work->ctx)) {
    case CTX_OK:
        return OUTCOME_OK;
    case CTX_DEADLINE_EXCEEDED:
        return OUTCOME_DEADLINE;
    default:
        return work->client_gone ? OUTCOME_CLIENT_GONE : OUTCOME_DRAINING;
    }
}

static void count(struct work *work)
{
    if (work->counted)
        return;
    work->counted = true;
    work->outcome = outcome_of(work);
    work->place->outcomes[work->outcome]++;
    histogram_add(&work->place->latency, clock_now() - work->began);
}

static void run(void *arg)
{
    struct work *work = arg;
    struct work_place *place = work->place;
    place->entry(work->ctx);
    count(work);
    work->returned = true;
    place->at_work--;
    patience_end(&place->handlers, &work->waiting);
    ctx_cancel(work->ctx); /* what it has started ends with it, as in Go's server */
    resume(work);
    let_go(work);
}

/* The handler has not returned: its client need not wait for it any longer. */
static void give_up(struct waiting *waiting)
{
    struct work *work = (struct work *)waiting;
    work->place->given_up++;
    count(work);
    resume(work);
}

static void on_gone(void *arg)
{
    struct work *work = arg;
    work->client_gone = true;
    resume(work); /* for its connection to be closed, which cancels: forget() */
}

/* --- Serving ---------------------------------------------------------------------------------- */

static enum MHD_Result answer(struct http_request *request, enum outcome_kind outcome)
{
    struct server *server = request->server;
    unsigned status = outcomes[outcome].status;
    struct MHD_Response *response = server->work->answers[outcome];
    if (!status || !MHD_queue_response(request->connection, status, response))
        return MHD_NO;
    server->answers[status / 100]++;
    connection_await_client(connection_of(request->connection));
    return MHD_YES;
}

static enum MHD_Result refuse(struct http_request *request, enum outcome_kind outcome)
{
    request->server->work->outcomes[outcome]++;
    return answer(request, outcome);
}

static enum MHD_Result go_on(struct http_request *request)
{
    const struct work *work = request->pending;
    return answer(request, work->client_gone ? OUTCOME_CLIENT_GONE : work->outcome);
}

/* The library is done with the request, answered or not. */
static void forget(void *pending)
{
    struct work *work = pending;
    work->request = NULL;
    if (!work->returned)
        ctx_cancel_cause(work->ctx, "the client has gone");
    let_go(work);
}

static enum MHD_Result begin(struct http_request *request)
{
    struct work_place *place = request->server->work;
    struct work *work = place->draining ? NULL : calloc(1, sizeof *work);
    if (!work)
        return refuse(request, place->draining ? OUTCOME_DRAINING : OUTCOME_REFUSED);
    work->place = place;
    work->references = 1;
    work->began = clock_now();
    work->ctx = ctx_with_timeout(place->root, place->deadline);
    if (!go(run, work)) {
        let_go(work);
        return refuse(request, OUTCOME_REFUSED);
    }
    work->references++;
    work->request = request;
    request->pending = work;
    request->go_on = go_on;
    request->forget = forget;
    place->at_work++;
    patience_begin(&place->handlers, &work->waiting);
    task_yield(); /* a handler that does not wait is done after this */
    if (work->counted)
        return answer(request, work->outcome);
    connection_suspend(connection_of(request->connection), on_gone, work);
    return MHD_YES;
}

enum MHD_Result work_serve(struct http_request *request)
{
    if (!request->server->work->entry)
        return reply_text(request, MHD_HTTP_NOT_FOUND,
                          "no pair is served: start with `leaklab serve ID`\n");
    return begin(request);
}

/* --- The place -------------------------------------------------------------------------------- */

static struct MHD_Response *make_answer(enum outcome_kind outcome)
{
    const char *text = outcomes[outcome].text;
    struct MHD_Response *response = response_of(
        MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT),
        TEXT_PLAIN);
    if (response && outcome == OUTCOME_DRAINING)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    return response;
}

bool work_place_open(struct work_place *place, void (*entry)(struct ctx *request), int64_t deadline,
                     int64_t grace)
{
    *place = (struct work_place){.entry = entry, .deadline = deadline};
    for (int outcome = 0; outcome < OUTCOMES; outcome++)
        if (!(place->answers[outcome] = make_answer((enum outcome_kind)outcome)))
            return false;
    place->root = ctx_with_cancel(ctx_background());
    patience_start(&place->handlers, task_loop(), deadline + grace, give_up);
    return true;
}

void work_place_drain(struct work_place *place)
{
    place->draining = true;
    ctx_cancel_cause(place->root, "the service is shutting down");
}

void work_place_give_up(struct work_place *place)
{
    while (place->handlers.first) {
        struct waiting *w = place->handlers.first;
        patience_end(&place->handlers, w);
        give_up(w);
    }
}

void work_place_close(struct work_place *place)
{
    ctx_drop(place->root);
    for (int outcome = 0; outcome < OUTCOMES; outcome++)
        MHD_destroy_response(place->answers[outcome]);
}
