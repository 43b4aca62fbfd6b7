/* No leak: whoever holds the lock sleeps for a minute, is alive, and gives it
 * back. All who wait for it go on then, one after the other.
 */
#include "task/ctx.h"
#include "task/mutex.h"
#include "task/task.h"
#include "task/time.h"

static struct mutex index_lock;
static bool rebuilding;

static void rebuild_index(void *arg)
{
    mutex_lock(&index_lock);
    task_sleep(MINUTE);
    rebuilding = false;
    mutex_unlock(&index_lock);
}

static void look_up(void *arg)
{
    mutex_lock(&index_lock);
    mutex_unlock(&index_lock);
}

void control_lock_of_a_sleeper(struct ctx *request)
{
    if (!rebuilding) {
        rebuilding = true;
        go(rebuild_index, NULL);
    }
    go(look_up, NULL);
}
