/* No leak: like handover, but that who is relieved takes a minute to end.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"

static struct chan *relieved;

static void keep(void *arg)
{
    struct chan *mine = arg;
    defer(chan_drop, mine);

    chan_recv(mine, NULL);
    task_sleep(MINUTE);
}

void control_slow_handover(struct ctx *request)
{
    if (relieved) {
        chan_close(relieved);
        chan_drop(relieved);
    }
    relieved = chan_make(struct {}, 0);
    go(keep, chan_ref(relieved));
}
