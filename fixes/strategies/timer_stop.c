/* Timer with Stop, cured: the task is told through a channel that its owner
 * closes, and stops its ticker as it returns. Both on one path: a stopped
 * ticker closes nothing, so stopping it alone would leave the task parked.
 * Decision matrix: timer with Stop.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"
#include <stdlib.h>

struct metrics {
    int flushes;
    struct chan *done;
};

static void flush_metrics(void *arg)
{
    struct metrics *metrics = arg;
    defer(free, metrics);
    defer(chan_drop, metrics->done);
    struct ticker *ticker = ticker_new(10 * SECOND);
    defer(ticker_drop, ticker);
    defer(ticker_stop, ticker); /* the cure: stopped on the way out */

    for (;;) {
        if (chan_select(on_recv(ticker_chan(ticker), NULL),
                        on_recv(metrics->done, NULL)) == 1)
            return; /* and there is a way out */
        metrics->flushes++;
    }
}

void fix_timer_stop(struct ctx *request)
{
    struct chan *done = chan_make(struct {}, 0);
    defer(chan_drop, done);
    defer(chan_close, done);

    struct metrics *metrics = calloc(1, sizeof *metrics);
    metrics->done = chan_ref(done);
    go(flush_metrics, metrics);
}
