/* No leak: requests wait for each other, three hundred at a time, and go on
 * together.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

enum { BATCH = 300 };

static struct chan *written; /* of the batch of now */

static void wait_until_written(void *arg)
{
    struct chan *mine = arg;
    defer(chan_drop, mine);

    chan_recv(mine, NULL);
}

void control_flushed_batch(struct ctx *request)
{
    static int waiting;
    if (!written)
        written = chan_make(struct {}, 0);
    go(wait_until_written, chan_ref(written));
    if (++waiting < BATCH)
        return;
    chan_close(written);
    chan_drop(written);
    written = NULL;
    waiting = 0;
}
