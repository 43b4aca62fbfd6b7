/* Watchdog kept, leaking for half a minute: a watchdog of thirty seconds
 * writes down what is slow. The request takes a moment; its watchdog is
 * dropped, and barks at nobody thirty seconds later. Until then it is held,
 * with what it holds: where a thousand come a second, thirty thousand.
 * Decision matrix: timer with Stop.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"

struct work {
    bool done;
    int told_as_slow;
};

static void bark(void *arg)
{
    struct work *work = arg;
    if (!work->done)
        work->told_as_slow++;
    shared_drop(work);
}

void leak_watchdog_kept(struct ctx *request)
{
    struct work *work = shared_new(sizeof *work, NULL);
    defer(shared_drop, work);
    struct timer *watchdog = timer_func(30 * SECOND, bark, shared_ref(work));
    defer(timer_drop, watchdog); /* it is held until it fires */

    work->done = true;
}
