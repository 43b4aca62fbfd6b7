/* No leak: a thousand tasks stand in a line, each waits for the one before it,
 * and each is woken in turn. It takes a while, and ends.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include <stdlib.h>

enum { LINKS = 1000 };

struct link {
    struct chan *before, *after;
};

static void pass_on(void *arg)
{
    struct link *link = arg;
    defer(free, link);
    defer(chan_drop, link->before);
    defer(chan_drop, link->after);

    chan_recv(link->before, NULL);
    chan_close(link->after);
}

static void run_chain(void *arg)
{
    struct chan *first = chan_make(struct {}, 0);
    struct chan *before = chan_ref(first);
    for (int i = 0; i < LINKS; i++) {
        struct link *link = malloc(sizeof *link);
        *link = (struct link){before, chan_make(struct {}, 0)};
        before = chan_ref(link->after);
        go(pass_on, link);
    }

    task_sleep(MILLISECOND);
    chan_close(first);
    chan_drop(first);
    chan_recv(before, NULL);
    chan_drop(before);
}

void control_chain_of_a_thousand(struct ctx *request)
{
    static int requests;
    if (requests++ % 10 == 0)
        go(run_chain, NULL);
}
