/* Waits for itself, cured: who belongs to the connection only tells it to
 * stop, and returns. To wait is for its owner, who is none of its tasks.
 * Decision matrix: done channel, then wait group.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"
#include "task/wait_group.h"

struct connection {
    struct chan *closed;
    struct wait_group tasks;
    bool is_closed;
};

static void free_connection(void *arg)
{
    struct connection *connection = arg;
    chan_drop(connection->closed);
}

static void tell(struct connection *connection)
{
    if (!connection->is_closed)
        chan_close(connection->closed);
    connection->is_closed = true;
}

/* For its owner: when it returns, all tasks have ended. */
static void close_and_wait(struct connection *connection)
{
    tell(connection);
    wait_group_wait(&connection->tasks);
}

static void read_messages(void *arg)
{
    struct connection *connection = arg;
    defer(shared_drop, connection);
    defer(wait_group_done, &connection->tasks);

    bool peer_is_gone = true;
    if (peer_is_gone)
        tell(connection); /* the cure */
}

static void own(void *arg)
{
    struct connection *connection = arg;
    defer(shared_drop, connection);
    chan_recv(connection->closed, NULL);
    close_and_wait(connection);
}

void fix_waits_for_itself(struct ctx *request)
{
    struct connection *connection =
        shared_new(sizeof *connection, free_connection);
    defer(shared_drop, connection);
    connection->closed = chan_make(struct {}, 0);

    wait_group_add(&connection->tasks, 1);
    go(read_messages, shared_ref(connection));
    go(own, shared_ref(connection));
}
