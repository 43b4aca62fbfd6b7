/* Late cancel, cured: the context is looked at where the task waits, in a
 * select with what it waits for. A look before each item is for loops that
 * compute.
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
        if (chan_select(on_recv(feed->items, &item),
                        on_recv(ctx_done(feed->ctx), NULL)) == 1)
            return; /* the cure */
        seen++;
    }
}

void fix_late_cancel(struct ctx *request)
{
    struct chan *items = chan_make(struct item, 1);
    defer(chan_drop, items);
    chan_send(items, &(struct item){.number = 1});

    struct feed *feed = malloc(sizeof *feed);
    *feed = (struct feed){ctx_ref(request), chan_ref(items)};
    go(follow, feed);

    chan_recv(ctx_done(request), NULL);
}
