/* No leak: a watcher waits for news with a deadline of a day. The request's
 * context is not its: it is there for the day.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"

static void watch(void *arg)
{
    struct ctx *day = ctx_with_timeout(ctx_background(), 24 * HOUR);
    defer(ctx_drop, day);
    struct chan *news = chan_make(int, 0);
    defer(chan_drop, news);

    chan_select(on_recv(news, NULL), on_recv(ctx_done(day), NULL));
}

void control_poll_a_day(struct ctx *request)
{
    go(watch, NULL);
}
