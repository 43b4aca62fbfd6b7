/* No leak: a long poll is answered after eleven minutes of nothing, by a timer
 * of its own.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"

static void poll(void *arg)
{
    struct timer *end = timer_new(11 * MINUTE);
    defer(timer_drop, end);

    chan_recv(timer_chan(end), NULL);
}

void control_poll_eleven_minutes(struct ctx *request)
{
    go(poll, NULL);
}
