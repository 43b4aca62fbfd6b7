/* No leak: the first request starts a housekeeper, once for the program. It
 * wakes every second for ever, and so do all programs that have one.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"

static void keep_house(void *arg)
{
    struct ticker *ticker = ticker_new(SECOND);
    defer(ticker_drop, ticker);

    for (;;)
        chan_recv(ticker_chan(ticker), NULL);
}

void control_housekeeper(struct ctx *request)
{
    static bool started;
    if (!started)
        go(keep_house, NULL);
    started = true;
}
