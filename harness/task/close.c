/* Closing a channel: everyone who waits on it is told.
 *
 * Where thousands wait, the first of them have long left the caches when the last is woken, and each
 * would be fetched again to run. So they are woken by and by, by the loop, as those before them run: in
 * the same order, and always some ahead, so that nobody finds all tasks parked meanwhile.
 */
#include "task/chan_queue.h"
#include "task/panic.h"
#include <limits.h>

enum { WAKES_AHEAD = 64 };

static struct {
    struct chan *chan; /* that is being closed by and by; NULL: none is */
    struct task *last; /* of those woken */
} closing;

/* Each that is woken is a miss of the cache and of the address translation. Meanwhile the next comes from
 * memory, and the page of one further on, if it lies as far as the next ones do: stacks that were made in
 * turn do. A wrong guess costs nothing. */
static inline void prefetch_after(const struct chan_case *c)
{
    if (!c->next)
        return;
    __builtin_prefetch(c->next);
    __builtin_prefetch((const void *)((uintptr_t)c + 6 * ((uintptr_t)c->next - (uintptr_t)c)));
}

static void wake_receivers(struct chan *c, int n)
{
    for (struct chan_case *w; n-- && (w = c->receivers.first);) {
        prefetch_after(w);
        if (w->value)
            memset(w->value, 0, c->element_size);
        chan_wake_first(&c->receivers, false);
    }
}

static void go_on_closing(void)
{
    struct chan *c = closing.chan;
    if (!c->receivers.first) {
        closing.chan = 0;
        chan_drop(c);
        return;
    }
    struct ready_list rest = sched_cut(closing.last);
    sched_append_loop(go_on_closing);
    wake_receivers(c, WAKES_AHEAD);
    closing.last = sched_last();
    sched_put_back(rest);
}

static void close_receivers(struct chan *c)
{
    wake_receivers(c, closing.chan ? INT_MAX : WAKES_AHEAD);
    if (!c->receivers.first)
        return;
    closing.chan = chan_ref(c);
    sched_append_loop(go_on_closing);
    wake_receivers(c, WAKES_AHEAD);
    closing.last = sched_last();
}

void chan_close(struct chan *c)
{
    if (!c)
        task_panic("close of nil channel");
    if (c->closed)
        task_panic_at("close of closed channel",
                      (struct panic_site[]){{"closed again at", CALLER},
                                            {"closed first at", c->closed_at},
                                            {"made at", c->made_at},
                                            {0, 0}});
    c->closed = true;
    c->closed_at = CALLER;
    close_receivers(c);
    if (c->senders.first)
        c->counted
            .references++; /* the panic of these senders tells of the channel, dropped or not */
    for (struct chan_case *w; (w = c->senders.first);) {
        prefetch_after(w);
        chan_wake_first(&c->senders, false);
    }
}
