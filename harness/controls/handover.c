/* No leak: one task keeps the session. Each request ends it and starts its
 * successor, so there is always one, however many requests there were.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

static struct chan *relieved; /* of the keeper of now */

static void keep(void *arg)
{
    struct chan *mine = arg;
    defer(chan_drop, mine);

    chan_recv(mine, NULL);
}

void control_handover(struct ctx *request)
{
    if (relieved) {
        chan_close(relieved);
        chan_drop(relieved);
    }
    relieved = chan_make(struct {}, 0);
    go(keep, chan_ref(relieved));
}
