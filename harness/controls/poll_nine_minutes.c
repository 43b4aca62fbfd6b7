/* No leak: a long poll is answered after nine minutes of nothing, and holds a
 * buffer of 16 KiB on its stack until then.
 */
#include "task/ctx.h"
#include "task/task.h"
#include "task/time.h"
#include <string.h>

static void poll(void *arg)
{
    volatile char buffer[16384];
    for (size_t i = 0; i < sizeof buffer; i += 4096)
        buffer[i] = 1;

    task_sleep(9 * MINUTE);
}

void control_poll_nine_minutes(struct ctx *request)
{
    go(poll, NULL);
}
