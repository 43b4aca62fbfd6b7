/* No leak: a task waits for a pipe, on the loop itself and not on a channel of
 * a task's; whoever writes to it does so a moment later.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/loop.h"
#include "task/task.h"
#include "task/time.h"
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

struct waiter {
    uv_poll_t poll; /* first: the handle is the waiter */
    int ends[2];
    struct chan *readable;
};

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct waiter *waiter = (struct waiter *)poll;
    uv_poll_stop(poll);
    chan_close(waiter->readable);
}

static void on_closed(uv_handle_t *handle)
{
    struct waiter *waiter = (struct waiter *)handle;
    close(waiter->ends[0]);
    close(waiter->ends[1]);
    chan_drop(waiter->readable);
    free(waiter);
}

static void write_later(void *arg)
{
    int *end = arg;
    task_sleep(MILLISECOND);
    if (write(*end, "x", 1) != 1)
        abort();
}

void control_pipe(struct ctx *request)
{
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (pipe(waiter->ends) != 0)
        abort();
    waiter->readable = chan_make(struct {}, 0);
    uv_poll_init(task_loop(), &waiter->poll, waiter->ends[0]);
    uv_poll_start(&waiter->poll, UV_READABLE, on_readable);
    go(write_later, &waiter->ends[1]);

    chan_recv(waiter->readable, NULL);
    uv_close((uv_handle_t *)&waiter->poll, on_closed);
}
