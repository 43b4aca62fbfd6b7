/* A channel's inside: its buffer and its two queues of waiting cases. Private to task/.
 *
 * Invariants:
 * - A case stands in a queue exactly while its task is parked; who wakes the task first takes all
 *   of its cases out. So the first of a queue can always be served.
 * - At most one queue is non-empty, but for a select that waits to send and to receive on the same
 *   channel.
 * - Receivers wait only on an empty buffer, senders only on a full one.
 * - A closed channel has no waiters but those who are about to be woken.
 */
#pragma once

#include "task/chan.h"
#include "task/counted.h"
#include "task/sched.h"
#include <string.h>

struct case_queue {
    struct chan_case *first, *last;
};

struct chan {
    size_t length, capacity, element_size;
    size_t start; /* index of the oldest element */
    struct case_queue receivers, senders;
    struct counted counted;
    bool closed;
    /* For telling. */
    const void *made_at, *closed_at; /* return addresses */
    struct hand sent, received;      /* the last that began to, parked or not */
    _Alignas(max_align_t) char buffer[];
};

_Static_assert(offsetof(struct chan, counted) == COUNTED_AT, "where a proof looks for it");

static inline void case_enqueue(struct case_queue *q, struct chan_case *c)
{
    c->next = 0;
    c->prev = q->last;
    if (q->last)
        q->last->next = c;
    else
        q->first = c;
    q->last = c;
}

static inline void case_unlink(struct case_queue *q, struct chan_case *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        q->first = c->next;
    if (c->next)
        c->next->prev = c->prev;
    else
        q->last = c->prev;
}

static inline struct case_queue *case_queue_of(struct chan_case *c)
{
    return c->sends ? &c->chan->senders : &c->chan->receivers;
}

static inline struct hand *hand_of_case(const struct chan_case *c)
{
    return c->sends ? &c->chan->sent : &c->chan->received;
}

/* Wakes the first of q, with ok as the outcome of its case. */
void chan_wake_first(struct case_queue *q, bool ok);

/* What a send or receive can do without parking. True where it is done. */
bool chan_send_now(struct chan *c, const void *value, const void *caller);
bool chan_recv_now(struct chan *c, void *value, bool *ok, const void *caller);

static inline bool chan_can_send(const struct chan *c)
{
    return c->closed || c->receivers.first || c->length < c->capacity;
}

static inline bool chan_can_recv(const struct chan *c)
{
    return c->length || c->senders.first || c->closed;
}

/* A sender was parked when its channel was closed, or found it so. */
_Noreturn void chan_panic_send_closed(const struct chan *c, const void *caller);

/* Frees a channel that nobody holds and nobody waits on. */
void chan_free_unheld(struct chan *c);
