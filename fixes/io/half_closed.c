/* Half closed, cured: who has read the end hands it on: no more will be
 * written there. The server sees it, ends its side, and so the other copier
 * ends too.
 * Decision matrix: channel close.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/io.h"
#include "task/task.h"
#include <stdlib.h>

struct copier {
    struct io *from, *to;
};

static void copy(void *arg)
{
    struct copier *copier = arg;
    defer(free, copier);
    defer(io_drop, copier->from);
    defer(io_drop, copier->to);
    char bytes[64];
    ssize_t size;

    while ((size = io_read(ctx_background(), copier->from, bytes,
                           sizeof bytes)) > 0)
        io_write(ctx_background(), copier->to, bytes, (size_t)size);
    io_shutdown(copier->to); /* the cure */
}

static void serve(void *arg)
{
    struct io *connection = arg;
    defer(io_drop, connection);
    char bytes[64];

    while (io_read(ctx_background(), connection, bytes, sizeof bytes) > 0)
        continue;
}

static void start_copy(struct io *from, struct io *to)
{
    struct copier *copier = malloc(sizeof *copier);
    *copier = (struct copier){io_ref(from), io_ref(to)};
    go(copy, copier);
}

void fix_half_closed(struct ctx *request)
{
    struct io *client[2], *server[2];
    if (io_pair(client) != 0)
        return;
    defer(io_drop, client[0]);
    defer(io_drop, client[1]);
    if (io_pair(server) != 0)
        return;
    defer(io_drop, server[0]);

    go(serve, server[1]);
    start_copy(client[0], server[0]);
    start_copy(server[0], client[0]);
    io_write(request, client[1], "bye", 3);
}
