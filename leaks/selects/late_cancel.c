/* Late cancel, leaking: the worker looks at its context, as it should, before
 * every item. But it waits for an item in between, where it looks at nothing;
 * the feed has gone quiet, the client goes away, and the worker would see that
 * after the next item.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

struct item {
    int number;
};

struct feed {
    struct ctx *ctx;
    struct chan *items;
};

static void follow(void *arg)
{
    struct feed *feed = arg;
    defer(free, feed);
    defer(ctx_drop, feed->ctx);
    defer(chan_drop, feed->items);
    struct item item;
    int seen = 0;

    while (ctx_err(feed->ctx) == CTX_OK) {
        chan_recv(feed->items, &item); /* parks here, for ever */
        seen++;
    }
}

void leak_late_cancel(struct ctx *request)
{
    struct chan *items = chan_make(struct item, 1);
    defer(chan_drop, items);
    chan_send(items, &(struct item){.number = 1});

    struct feed *feed = malloc(sizeof *feed);
    *feed = (struct feed){ctx_ref(request), chan_ref(items)};
    go(follow, feed);

    chan_recv(ctx_done(request), NULL);
}
