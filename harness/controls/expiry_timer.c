/* No leak: what a request stores expires by a timer of fifteen minutes, which
 * frees it. No task waits for that.
 */
#include "task/ctx.h"
#include "task/time.h"
#include "task/timer.h"
#include <stdlib.h>

void control_expiry_timer(struct ctx *request)
{
    timer_drop(timer_func(15 * MINUTE, free, malloc(4096)));
}
