/* The virtual clock moves only while no task can run. A task that yields for ever stops it, and
 * whoever sleeps then sleeps for ever. So the horizon is not slept through but waited for, on a
 * channel that a timer closes at its end, or a watcher in the loop when time has stood still for
 * too many turns.
 */
#include "profile/quiescence.h"
#include "task/chan.h"
#include "task/loop.h"
#include "task/stats.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"

enum {
    YIELDS_MOST = 100000,
    STILL_TURNS_MOST = 20000 /* of the loop, each some hundred switches */
};

static struct {
    uv_check_t handle; /* made once: the loop lives as long as the program */
    bool is_made;
    struct chan *over;
    int64_t now;
    int still;
} watcher;

static bool all_are_parked(void)
{
    uint64_t parked = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        parked += task_stats.waiting[reason];
    return parked + 1 >= task_stats.live;
}

static bool let_all_park(void)
{
    for (int i = 0; i < YIELDS_MOST; i++) {
        if (all_are_parked())
            return true;
        task_yield();
    }
    return false;
}

static void watch(uv_check_t *handle)
{
    (void)handle;
    int64_t now = clock_now();
    watcher.still = now == watcher.now ? watcher.still + 1 : 0;
    watcher.now = now;
    if (watcher.still == STILL_TURNS_MOST)
        chan_try_send(watcher.over, &(bool){false});
}

static void end_horizon(void *over)
{
    chan_try_send(over, &(bool){true});
}

/* False where time has stopped. */
static bool pass_time(int64_t horizon)
{
    if (!watcher.is_made) {
        uv_check_init(task_loop(), &watcher.handle);
        watcher.is_made = true;
    }
    bool passed = false;
    watcher.over = chan_make(bool, 1);
    watcher.still = 0;
    uv_check_start(&watcher.handle, watch);
    struct timer *timer = timer_func(horizon, end_horizon, watcher.over);
    chan_recv(watcher.over, &passed);
    timer_stop(timer);
    timer_drop(timer);
    uv_check_stop(&watcher.handle);
    chan_drop(watcher.over);
    return passed;
}

bool quiescence_reach(int64_t horizon)
{
    if (!let_all_park())
        return false;
    if (!clock_is_virtual())
        task_sleep(1); /* one turn of the loop */
    else if (horizon > 0 && !pass_time(horizon))
        return false;
    return let_all_park();
}
