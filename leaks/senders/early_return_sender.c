/* Early return, leaking: the handler has a report built while it looks at the
 * quota, which is used up, and returns. Nobody is left to receive, and the
 * builder waits to hand its report over. Seen in kubernetes#5316 and
 * grpc-go#660.
 * Decision matrix: none of the five; the channel is too small.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

struct report {
    int rows;
};

static void build_report(void *arg)
{
    struct chan *reports = arg;
    defer(chan_drop, reports);

    struct report report = {.rows = 12};
    chan_send(reports, &report); /* parks here, for ever */
}

static bool quota_is_left(struct ctx *request)
{
    return ctx_err(request) != CTX_OK; /* used up */
}

void leak_early_return_sender(struct ctx *request)
{
    struct chan *reports = chan_make(struct report, 0);
    defer(chan_drop, reports);
    go(build_report, chan_ref(reports));

    if (!quota_is_left(request))
        return;
    struct report report;
    chan_recv(reports, &report);
}
