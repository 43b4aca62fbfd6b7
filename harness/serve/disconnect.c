#include "serve/disconnect.h"
#include "task/task.h"
#include <stdlib.h>

struct disconnect {
    uv_poll_t poll; /* first: freed when the loop is done with it */
    void (*gone)(void *arg);
    void *arg;
};

static void on_event(uv_poll_t *poll, int status, int events)
{
    struct disconnect *d = (struct disconnect *)poll;
    (void)status, (void)events; /* an error is an end too */
    uv_poll_stop(poll);
    d->gone(d->arg);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

struct disconnect *disconnect_watch(int socket, void (*gone)(void *arg), void *arg)
{
    struct disconnect *d = malloc(sizeof *d);
    if (!d)
        return NULL;
    d->gone = gone;
    d->arg = arg;
    if (uv_poll_init(task_loop(), &d->poll, socket)) {
        free(d);
        return NULL;
    }
    uv_unref((uv_handle_t *)&d->poll);
    uv_poll_start(&d->poll, UV_DISCONNECT, on_event);
    return d;
}

void disconnect_end(struct disconnect *d)
{
    if (d)
        uv_close((uv_handle_t *)&d->poll, on_closed);
}
