/* Rearmed timer, cured: who gives the lease back stops what renews it. A timer
 * that arms itself again is a ticker, and wants the same care.
 * Decision matrix: timer with Stop.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"

struct lease {
    struct timer *renewal;
    int renewed;
    bool given_back;
};

static void renew(void *arg)
{
    struct lease *lease = arg;
    lease->renewed++;
    timer_reset(lease->renewal, 10 * SECOND); /* for ever */
}

static struct lease *take_lease(void)
{
    struct lease *lease = shared_new(sizeof *lease, NULL);
    lease->renewal = timer_func(10 * SECOND, renew, lease);
    return lease;
}

static void give_back(struct lease *lease)
{
    lease->given_back = true;
    timer_stop(lease->renewal); /* the cure */
    timer_drop(lease->renewal);
    shared_drop(lease);
}

void fix_rearmed_timer(struct ctx *request)
{
    struct lease *lease = take_lease();
    defer(give_back, lease);
}
