/* Done channel, cured: a second channel, never sent to, says "done" by being
 * closed, and its owner closes it on the way out. It is a context's one part
 * that matters here: no tree, no deadline, no values.
 * Decision matrix: done channel.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

struct update {
    int version;
};

struct poller {
    struct chan *updates, *done;
};

static void poll_updates(void *arg)
{
    struct poller *poller = arg;
    defer(free, poller);
    defer(chan_drop, poller->updates);
    defer(chan_drop, poller->done);
    struct update update;
    bool open = true;

    while (chan_select(on_recv_ok(poller->updates, &update, &open),
                       on_recv(poller->done, NULL)) == 0 &&
           open)
        continue; /* the cure: it hears "done" too */
}

void fix_done_channel(struct ctx *request)
{
    struct chan *updates = chan_make(struct update, 0);
    defer(chan_drop, updates);
    struct chan *done = chan_make(struct {}, 0);
    defer(chan_drop, done);
    defer(chan_close, done); /* and its owner says it */

    struct poller *poller = malloc(sizeof *poller);
    *poller = (struct poller){chan_ref(updates), chan_ref(done)};
    go(poll_updates, poller);

    chan_send(updates, &(struct update){.version = 1});
}
