/* Async per message, leaking: a message for the loop's thread comes as a
 * uv_async_t of its own. It is delivered, and stays: an async never ends by
 * itself, and each that is sent makes libuv look at all there are.
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
    message->delivered = message->number; /* and nobody closes it */
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

void leak_async_per_message(uv_loop_t *loop)
{
    post(loop, 42);
}
