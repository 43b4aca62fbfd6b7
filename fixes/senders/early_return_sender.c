/* Early return, cured: room for the one answer there is, so that its sender
 * never waits, whoever is still there. Where there may be any number of
 * answers, no room is enough: then the sender selects on the request's
 * context.
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
    chan_send(reports, &report);
}

static bool quota_is_left(struct ctx *request)
{
    return ctx_err(request) != CTX_OK; /* used up */
}

void fix_early_return_sender(struct ctx *request)
{
    struct chan *reports = chan_make(struct report, 1); /* the cure */
    defer(chan_drop, reports);
    go(build_report, chan_ref(reports));

    if (!quota_is_left(request))
        return;
    struct report report;
    chan_recv(reports, &report);
}
