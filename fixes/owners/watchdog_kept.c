/* Watchdog kept, cured: who arms a timer stops it. Dropped is not stopped: the
 * clock holds what is armed.
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

static void call_off(struct timer *watchdog, struct work *work)
{
    if (timer_stop(watchdog))
        shared_drop(work);
}

void fix_watchdog_kept(struct ctx *request)
{
    struct work *work = shared_new(sizeof *work, NULL);
    defer(shared_drop, work);
    struct timer *watchdog = timer_func(30 * SECOND, bark, shared_ref(work));
    defer(timer_drop, watchdog);

    work->done = true;
    call_off(watchdog, work); /* the cure */
}
