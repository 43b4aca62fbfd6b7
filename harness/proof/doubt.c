#include "proof/doubt.h"
#include "proof/counted_at.h"
#include "proof/shelves.h"
#include "task/chan_queue.h"

/* Each that waits in a channel has it, by a reference of its own or another's. */
static bool has_enough_waiters(const struct chan *c)
{
    size_t n = 0, wanted = c->counted.references;
    for (const struct chan_case *w = c->receivers.first; w && n < wanted; w = w->next)
        n++;
    for (const struct chan_case *w = c->senders.first; w && n < wanted; w = w->next)
        n++;
    return n >= wanted;
}

static bool channel_matters(const struct chan *c)
{
    return c->receivers.first || c->senders.first ||
           (c->length && c->element_size >= sizeof(uintptr_t));
}

static bool leads_on(uintptr_t at)
{
    int place;
    uintptr_t start = blocks_start(at);
    return start ? !blocks_is_marked(start) : shelves_find(at, &place) != 0;
}

struct finding {
    struct tracer tracer;
    bool matters;
};

static void note_reach(struct tracer *t, const void *pointer)
{
    uintptr_t at = (uintptr_t)pointer;
    const struct counted *c = blocks_start(at) == at && at ? counted_at(at) : 0;
    ((struct finding *)t)->matters |=
        c && is_channel_kind(c->kind) ? channel_matters(pointer) : leads_on(at);
}

static void note_wake(struct tracer *t, const void *waiter)
{
    (void)waiter;
    ((struct finding *)t)->matters = true;
}

bool doubt_is_in(uintptr_t start, uint32_t kind)
{
    struct finding f = {{.reach = note_reach, .wake = note_wake}, false};
    if (is_channel_kind(kind))
        return channel_matters((const struct chan *)start) &&
               !has_enough_waiters((const struct chan *)start);
    if (kind == COUNTED_CTX)
        task_ctx_trace((const struct ctx *)start, &f.tracer);
    else if (kind == COUNTED_TIMER)
        task_timer_trace((const struct timer *)start, &f.tracer);
    else
        task_after_trace((const struct ctx_after *)start, &f.tracer);
    return f.matters;
}
