/* No leak: all wait for one lock, which each of them holds for a minute. The
 * more come, the longer they wait; all have their turn.
 */
#include "task/ctx.h"
#include "task/mutex.h"
#include "task/task.h"
#include "task/time.h"

static struct mutex lock;

static void write_for_a_minute(void *arg)
{
    mutex_lock(&lock);
    task_sleep(MINUTE);
    mutex_unlock(&lock);
}

void control_queue_for_a_lock(struct ctx *request)
{
    go(write_for_a_minute, NULL);
}
