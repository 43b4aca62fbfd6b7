/* Timer with Stop, leaking: the handler starts a task that flushes its metrics
 * every ten seconds, and returns. Nobody stops the ticker and nobody tells the
 * task: it is woken for ever, to flush what is long gone.
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
};

static void flush_metrics(void *arg)
{
    struct metrics *metrics = arg;
    defer(free, metrics);
    struct ticker *ticker = ticker_new(10 * SECOND);
    defer(ticker_drop, ticker);

    for (;;) {
        chan_recv(ticker_chan(ticker), NULL); /* wakes for ever */
        metrics->flushes++;
    }
}

void leak_timer_stop(struct ctx *request)
{
    struct metrics *metrics = calloc(1, sizeof *metrics);
    go(flush_metrics, metrics);
}
