/* Stop under a lock, cured: what stops is told under the lock, and waited for
 * without it.
 * Decision matrix: done channel, then wait group.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/task.h"
#include "task/wait_group.h"

struct monitor {
    struct mutex lock;
    struct chan *stop;
    struct wait_group tasks;
    bool running, healthy;
};

static void watch_health(void *arg)
{
    struct monitor *monitor = arg;
    defer(wait_group_done, &monitor->tasks);

    chan_recv(monitor->stop, NULL);
    mutex_lock(&monitor->lock);
    monitor->healthy = false;
    mutex_unlock(&monitor->lock);
}

static void stop(struct monitor *monitor)
{
    mutex_lock(&monitor->lock);
    monitor->running = false;
    chan_close(monitor->stop);
    mutex_unlock(&monitor->lock);
    wait_group_wait(&monitor->tasks); /* the cure: after it */
}

void fix_stop_under_lock(struct ctx *request)
{
    struct monitor monitor = {.stop = chan_make(struct {}, 0), .running = true};
    defer(chan_drop, monitor.stop);

    wait_group_add(&monitor.tasks, 1);
    go(watch_health, &monitor);
    stop(&monitor);
}
