/* Channel receive, cured: the owner closes the channel on every way out. The
 * receiver then sees `false`, returns, and drops what it holds.
 * Decision matrix: channel close.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

struct order {
    int items;
    bool packed;
};

static int items_in_cart(struct ctx *request)
{
    return ctx_err(request) ? -1 : 0; /* an empty cart */
}

static void pack_order(void *arg)
{
    struct chan *orders = arg;
    defer(chan_drop, orders);
    struct order order;

    if (chan_recv(orders, &order))
        order.packed = true;
}

void fix_channel_receive(struct ctx *request)
{
    struct chan *orders = chan_make(struct order, 0);
    defer(chan_drop, orders);
    defer(chan_close, orders); /* the cure: early return or not */

    go(pack_order, chan_ref(orders));

    struct order order = {.items = items_in_cart(request)};
    if (order.items <= 0)
        return;
    chan_send(orders, &order);
}
