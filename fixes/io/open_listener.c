/* Open listener, cured: who opens the listener closes it. Its task, which
 * waits in it, goes on with an error that says so, and returns.
 * Decision matrix: channel close.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/io.h"
#include "task/task.h"
#include <stdlib.h>

struct callbacks {
    struct io *listener;
    struct chan *confirmed;
};

static void accept_callbacks(void *arg)
{
    struct callbacks *callbacks = arg;
    defer(free, callbacks);
    defer(io_drop, callbacks->listener);
    defer(chan_drop, callbacks->confirmed);
    struct io *call;

    while (io_accept(ctx_background(), callbacks->listener, &call) == 0) {
        io_drop(call);
        chan_send(callbacks->confirmed, NULL);
    }
}

static void pay(struct ctx *ctx, const char *confirm_at)
{
    struct io *call;
    if (io_connect(ctx, "tcp", confirm_at, &call) == 0)
        io_drop(call);
}

void fix_open_listener(struct ctx *request)
{
    struct io *listener;
    char address[64];
    if (io_listen("tcp", "127.0.0.1:0", &listener) != 0)
        return;
    defer(io_drop, listener);
    defer(io_close, listener); /* the cure */
    io_address(listener, address, sizeof address);
    struct chan *confirmed = chan_make(struct {}, 1);
    defer(chan_drop, confirmed);

    struct callbacks *callbacks = malloc(sizeof *callbacks);
    *callbacks = (struct callbacks){io_ref(listener), chan_ref(confirmed)};
    go(accept_callbacks, callbacks);
    pay(request, address);
    chan_recv(confirmed, NULL);
}
