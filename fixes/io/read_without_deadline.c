/* Read without a deadline, cured: each read has an end, by its context. After
 * it the server closes the connection, and so the client ends as well.
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

    io_read(ctx_background(), connection, greeting, sizeof greeting);
}

static void serve(struct ctx *ctx, struct session *session)
{
    char line[64];

    if (io_read(ctx, session->connection, line, sizeof line) > 0) /* the cure */
        session->lines++;
}

void fix_read_without_deadline(struct ctx *request)
{
    struct io *ends[2];
    if (io_pair(ends) != 0)
        return;
    struct session session = {.connection = ends[0]};
    defer(io_drop, session.connection);

    go(wait_to_be_greeted, ends[1]);
    serve(request, &session);
}
