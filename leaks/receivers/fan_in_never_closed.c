/* Fan-in, leaking: three servers report into one channel. None of them may
 * close it, for two others may still send; so nobody does, and who collects
 * the reports waits for a fourth. Seen in caddy#2358 and promxy#508.
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
    while (chan_recv(fan_in->reports, &report)) /* parks here, for ever */
        errors += report != 0;
}

void leak_fan_in_never_closed(struct ctx *request)
{
    struct fan_in *fan_in = shared_new(sizeof *fan_in, free_fan_in);
    defer(shared_drop, fan_in);
    fan_in->reports = chan_make(int, 0);
    wait_group_add(&fan_in->servers, SERVERS);

    for (int i = 0; i < SERVERS; i++)
        go(serve, shared_ref(fan_in));
    go(collect, shared_ref(fan_in));
}
