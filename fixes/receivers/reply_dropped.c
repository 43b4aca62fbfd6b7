/* Reply dropped, cured: who takes an entry off the table tells its waiter. A
 * closed channel says "no reply will come", and the caller returns an error.
 * Decision matrix: channel close.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"

enum { CALLS = 8 };

struct reply {
    int number, status;
    bool good; /* could be decoded */
};

struct connection {
    struct chan *waiting[CALLS]; /* for the reply of their number */
};

static void free_connection(void *arg)
{
    struct connection *connection = arg;
    for (int i = 0; i < CALLS; i++)
        chan_drop(connection->waiting[i]);
}

static void deliver(struct connection *connection, struct reply reply)
{
    struct chan *waiter = connection->waiting[reply.number];
    defer(chan_drop, waiter);
    connection->waiting[reply.number] = NULL;

    if (reply.good)
        chan_send(waiter, &reply);
    else
        chan_close(waiter); /* the cure */
}

static void read_replies(void *arg)
{
    struct connection *connection = arg;
    defer(shared_drop, connection);
    deliver(connection, (struct reply){.number = 3, .good = false});
}

void fix_reply_dropped(struct ctx *request)
{
    struct connection *connection =
        shared_new(sizeof *connection, free_connection);
    defer(shared_drop, connection);
    struct chan *mine = chan_make(struct reply, 1);
    defer(chan_drop, mine);
    connection->waiting[3] = chan_ref(mine);
    go(read_replies, shared_ref(connection));

    struct reply reply;
    chan_recv(mine, &reply);
}
