/* Fan-in, cured: a wait group knows when the last one has reported, and a task
 * that waits for that closes the channel.
 * Decision matrix: wait group, then channel close.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"
#include "task/wait_group.h"

enum { SERVERS = 3 };

struct fan_in {
    struct chan *reports;
    struct wait_group servers;
};

static void free_fan_in(void *arg)
{
    struct fan_in *fan_in = arg;
    chan_drop(fan_in->reports);
}

static void serve(void *arg)
{
    struct fan_in *fan_in = arg;
    defer(shared_drop, fan_in);
    defer(wait_group_done, &fan_in->servers);
    chan_send(fan_in->reports, &(int){0}); /* ended without an error */
}

static void collect(void *arg)
{
    struct fan_in *fan_in = arg;
    defer(shared_drop, fan_in);
    int report, errors = 0;
    while (chan_recv(fan_in->reports, &report))
        errors += report != 0;
}

static void close_after_all(void *arg)
{
    struct fan_in *fan_in = arg;
    defer(shared_drop, fan_in);
    wait_group_wait(&fan_in->servers);
    chan_close(fan_in->reports);
}

void fix_fan_in_never_closed(struct ctx *request)
{
    struct fan_in *fan_in = shared_new(sizeof *fan_in, free_fan_in);
    defer(shared_drop, fan_in);
    fan_in->reports = chan_make(int, 0);
    wait_group_add(&fan_in->servers, SERVERS);

    for (int i = 0; i < SERVERS; i++)
        go(serve, shared_ref(fan_in));
    go(collect, shared_ref(fan_in));
    go(close_after_all, shared_ref(fan_in)); /* the cure */
}
