/* No leak: a delivery that fails is tried again, after twice the time each, and
 * given up after the twentieth: that is seventeen minutes later.
 */
#include "task/ctx.h"
#include "task/task.h"
#include "task/time.h"

enum { TRIES = 20 };

static void deliver(void *arg)
{
    int64_t pause = MILLISECOND;
    for (int i = 0; i < TRIES; i++, pause *= 2)
        task_sleep(pause);
}

void control_retry_that_gives_up(struct ctx *request)
{
    go(deliver, NULL);
}
