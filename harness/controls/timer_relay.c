/* No leak: a reminder that sets the next one, three hundred times. Between two
 * of them there is a timer, and no task.
 */
#include "task/ctx.h"
#include "task/time.h"
#include "task/timer.h"
#include <stdint.h>

enum { REMINDERS = 300 };

static void remind(void *arg)
{
    intptr_t left = (intptr_t)arg;
    if (left == 0)
        return;
    struct timer *next = timer_go(SECOND, remind, (void *)(left - 1));
    timer_drop(next);
}

void control_timer_relay(struct ctx *request)
{
    remind((void *)(intptr_t)REMINDERS);
}
