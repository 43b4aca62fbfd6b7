/* Closing a channel: everyone who waits in it is told, in the order they came, receivers first.
 *
 * Invariants:
 * - It is one event. When chan_close() returns, all who waited are ready, in no queue of any channel,
 *   and nobody will ever wait in this one again.
 * - A receiver that waited has its zeroes before it runs.
 */
#include "task/chan_queue.h"
#include "task/panic.h"

/* Each that is woken is a miss of the cache and of the address translation. Meanwhile the next comes
 * from memory, and the page of one further on, if it lies as far as the next ones do: stacks that
 * were made in turn do. A wrong guess costs nothing. */
static inline void prefetch_after(const struct chan_case *c)
{
    if (!c->next)
        return;
    __builtin_prefetch(c->next);
    __builtin_prefetch((const void *)((uintptr_t)c + 6 * ((uintptr_t)c->next - (uintptr_t)c)));
}

static void wake_all(struct case_queue *q)
{
    for (struct chan_case *c; (c = q->first);) {
        prefetch_after(c);
        if (!c->sends && c->value)
            memset(c->value, 0, c->chan->element_size);
        chan_wake_first(q, false);
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
    wake_all(&c->receivers);
    if (c->senders.first)
        c->counted
            .references++; /* the panic of these senders tells of the channel, dropped or not */
    wake_all(&c->senders);
}
