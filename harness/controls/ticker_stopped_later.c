/* No leak: progress is told every second while the job goes on, which takes a
 * minute and a half. Then the ticker is stopped and its task told.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"

static void tell_progress(void *arg)
{
    struct chan *done = arg;
    defer(chan_drop, done);
    struct ticker *ticker = ticker_new(SECOND);
    defer(ticker_drop, ticker);
    defer(ticker_stop, ticker);

    while (chan_select(on_recv(ticker_chan(ticker), NULL), on_recv(done, NULL)) == 0)
        continue;
}

static void run_job(void *arg)
{
    struct chan *done = chan_make(struct {}, 0);
    defer(chan_drop, done);
    defer(chan_close, done);
    go(tell_progress, chan_ref(done));

    task_sleep(90 * SECOND);
}

void control_ticker_stopped_later(struct ctx *request)
{
    go(run_job, NULL);
}
