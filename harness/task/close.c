/* Closing a channel: everyone who waits in it is told, in the order they came.
 *
 * Invariants:
 * - It is one event. When chan_close() returns, all who waited are ready, in no queue of any channel,
 *   and nobody will ever wait in this one again.
 * - Those who wait here only become ready as they are, linked: nothing of them is touched. A million
 *   takes no longer than one, and each is a miss of the cache only once, when it runs.
 * - A receiver finds zeroes: it clears its own value when it goes on (chan.c), a select's is cleared
 *   here.
 */
#include "task/chan_queue.h"
#include "task/panic.h"

/* Where selects wait, who has to leave other queues too. */
static void wake_one_by_one(struct case_queue *q)
{
    for (struct chan_case *c; (c = q->first);) {
        if (c->next)
            __builtin_prefetch(c->next);
        if (!c->sends && c->value)
            memset(c->value, 0, c->chan->element_size);
        chan_wake_first(q, false);
    }
}

static void wake_all(struct case_queue *q, enum wait_reason reason)
{
    if (q->selects) {
        wake_one_by_one(q);
    } else if (q->first) {
        sched_ready_all(q->first, q->last, reason, q->length);
        *q = (struct case_queue){0};
    }
}

void chan_close(struct chan *c)
{
    if (!c)
        task_panic("close of nil channel");
    chan_check_held(c);
    if (chan_is_closed(c))
        task_panic_at("close of closed channel",
                      (struct panic_site[]){{"closed again at", CALLER},
                                            {"closed first at", chan_closed_at(c)},
                                            {"made at", c->made_at},
                                            {0, 0}});
    c->open_size = CHAN_CLOSED;
    c->sent_at = CALLER;
    wake_all(&c->receivers, WAIT_CHAN_RECEIVE);
    if (c->senders.first)
        c->counted
            .references++; /* the panic of these senders tells of the channel, dropped or not */
    wake_all(&c->senders, WAIT_CHAN_SEND);
}
