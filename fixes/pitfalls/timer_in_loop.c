/* Timer in a loop, cured: one timer for all turns. Each turn resets it, and it
 * is stopped on every way out, so that nothing is armed when the handler is
 * gone.
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

void fix_timer_in_loop(struct ctx *request)
{
    struct chan *events = chan_make(struct event, EVENTS);
    defer(chan_drop, events);
    go(emit_events, chan_ref(events));

    struct timer *idle = timer_new(MINUTE);
    defer(timer_drop, idle);
    defer(timer_stop, idle); /* the cure: one timer, stopped at the end */
    for (int seen = 0; seen < EVENTS; seen++) {
        timer_reset(idle, MINUTE);
        struct event event;
        if (chan_select(on_recv(events, &event),
                        on_recv(timer_chan(idle), NULL)) == 1)
            return;
    }
}
