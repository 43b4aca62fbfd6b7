/* No leak: a connection stays open and idle by design, for the next request to
 * use; only where none is idle a new one is made.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/task.h"

enum { IDLE_MOST = 16 };

static struct chan *idle[IDLE_MOST];
static int idle_count;

static void connection(void *arg)
{
    struct chan *queries = arg, *reply;
    while (chan_recv(queries, &reply))
        chan_close(reply);
    chan_drop(queries);
}

static struct chan *open_connection(void)
{
    struct chan *queries = chan_make(struct chan *, 0);
    go(connection, chan_ref(queries));
    return queries;
}

void control_idle_connection(struct ctx *request)
{
    struct chan *queries = idle_count ? idle[--idle_count] : open_connection();
    struct chan *reply = chan_make(int, 0);
    chan_send(queries, &reply);
    chan_recv(reply, NULL);
    chan_drop(reply);

    if (idle_count < IDLE_MOST) {
        idle[idle_count++] = queries;
        return;
    }
    chan_close(queries);
    chan_drop(queries);
}
