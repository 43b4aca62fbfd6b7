/* Timer in a loop, leaking: each turn of the loop makes a new timer for "no
 * event for a minute". The select moves on with the event, but the timer stays
 * armed until its minute is over: ten events, ten timers, for a minute each.
 * Go's time.After in a loop did the same until Go 1.23, whose collector frees a
 * timer that nobody refers to. A runtime without a collector keeps it.
 * Decision matrix: timer with Stop.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"

enum { EVENTS = 10 };

struct event {
    int number;
};

static void emit_events(void *arg)
{
    struct chan *events = arg;
    defer(chan_drop, events);

    for (int i = 0; i < EVENTS; i++)
        chan_send(events, &(struct event){.number = i});
}

void leak_timer_in_loop(struct ctx *request)
{
    struct chan *events = chan_make(struct event, EVENTS);
    defer(chan_drop, events);
    go(emit_events, chan_ref(events));

    for (int seen = 0; seen < EVENTS; seen++) {
        struct chan *idle = timer_after(MINUTE); /* held until it fires */
        defer(chan_drop, idle);
        struct event event;
        if (chan_select(on_recv(events, &event), on_recv(idle, NULL)) == 1)
            return;
    }
}
