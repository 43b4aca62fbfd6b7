/* Done channel, leaking: the handler starts a poller that follows a feed of
 * updates, and returns. The feed is still open, though it has no more to say,
 * and the poller has no other ear: it can not be told to stop.
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
    struct chan *updates;
};

static void poll_updates(void *arg)
{
    struct poller *poller = arg;
    defer(free, poller);
    defer(chan_drop, poller->updates);
    struct update update;

    while (chan_recv(poller->updates, &update)) /* parks here, for ever */
        continue;
}

void leak_done_channel(struct ctx *request)
{
    struct chan *updates = chan_make(struct update, 0);
    defer(chan_drop, updates);

    struct poller *poller = malloc(sizeof *poller);
    *poller = (struct poller){chan_ref(updates)};
    go(poll_updates, poller);

    chan_send(updates, &(struct update){.version = 1});
}
