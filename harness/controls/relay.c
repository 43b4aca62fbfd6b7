/* No leak: a task a second, each of which makes the next one, until the work
 * is done after two hundred.
 */
#include "task/ctx.h"
#include "task/task.h"
#include "task/time.h"
#include <stdint.h>

enum { RUNNERS = 200 };

static void run_on(void *arg)
{
    intptr_t left = (intptr_t)arg;
    task_sleep(SECOND);
    if (left > 1)
        go(run_on, (void *)(left - 1));
}

void control_relay(struct ctx *request)
{
    go(run_on, (void *)(intptr_t)RUNNERS);
}
