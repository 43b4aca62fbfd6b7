/* Unread body, cured: the connection is dropped by a deferred call, so that it
 * closes on every way out. To read the rest is the other cure, where the
 * connection is to be used again.
 * Decision matrix: none of the five; give back where you take.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/io.h"
#include "task/task.h"
#include <stdlib.h>

enum { BODY_BYTES = 1 << 20 };

static void answer(void *arg)
{
    struct io *connection = arg;
    defer(io_drop, connection);
    char *body = calloc(1, BODY_BYTES);
    defer(free, body);

    io_write(ctx_background(), connection, "304 ", 4);
    io_write(ctx_background(), connection, body, BODY_BYTES);
}

static bool is_news(const char status[4])
{
    return status[0] == '2';
}

static int read_body(struct ctx *ctx, struct io *connection)
{
    char bytes[512];
    int size = 0;
    for (ssize_t n; (n = io_read(ctx, connection, bytes, sizeof bytes)) > 0;)
        size += (int)n;
    return size;
}

void fix_unread_body(struct ctx *request)
{
    struct io *ends[2];
    char status[4];
    if (io_pair(ends) != 0)
        return;
    go(answer, ends[1]);
    defer(io_drop, ends[0]); /* the cure */

    if (io_read_full(request, ends[0], status, sizeof status) != 4 ||
        !is_news(status))
        return;
    read_body(request, ends[0]);
}
