/* Async per message, cured: delivered, it is closed. One async for the loop,
 * and a queue beside it, is cheaper by far (libuv#1866: what many cost), and
 * must be closed as well, once.
 * Decision matrix: owner closes.
 */
#include <stdlib.h>
#include <uv.h>

struct message {
    uv_async_t async;
    int number, delivered;
};

static void on_closed(uv_handle_t *async)
{
    free(async->data);
}

static void deliver(uv_async_t *async)
{
    struct message *message = async->data;
    message->delivered = message->number;
    uv_close((uv_handle_t *)async, on_closed); /* the cure */
}

static void post(uv_loop_t *loop, int number)
{
    struct message *message = calloc(1, sizeof *message);
    if (!message)
        return;
    message->number = number;
    message->async.data = message;
    uv_async_init(loop, &message->async, deliver);
    if (uv_async_send(&message->async) != 0)
        uv_close((uv_handle_t *)&message->async, on_closed);
}

void fix_async_per_message(uv_loop_t *loop)
{
    post(loop, 42);
}
