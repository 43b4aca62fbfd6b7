/* Read without a deadline, leaking: the server reads the client's first line.
 * The client waits to be greeted, and stays connected; neither is gone, and
 * neither will ever speak. The server's read is under no deadline.
 * Decision matrix: context.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/io.h"
#include "task/task.h"

struct session {
    struct io *connection;
    int lines;
};

static void wait_to_be_greeted(void *arg)
{
    struct io *connection = arg;
    defer(io_drop, connection);
    char greeting[64];

    io_read(ctx_background(), connection, greeting, sizeof greeting); /* too */
}

static void serve(struct ctx *ctx, struct session *session)
{
    char line[64];

    if (io_read(ctx_background(), session->connection, line, sizeof line) > 0)
        session->lines++; /* it parks above, for ever */
}

void leak_read_without_deadline(struct ctx *request)
{
    struct io *ends[2];
    if (io_pair(ends) != 0)
        return;
    struct session session = {.connection = ends[0]};
    defer(io_drop, session.connection);

    go(wait_to_be_greeted, ends[1]);
    serve(request, &session);
}
