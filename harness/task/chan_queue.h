/* A channel's inside: its buffer and its two queues of waiting cases. Private to task/.
 *
 * Invariants:
 * - A case stands in a queue exactly while its task is parked; who wakes the task first takes all
 *   of its cases out. So the first of a queue can always be served.
 * - At most one queue is non-empty, but for a select that waits to send and to receive on the same
 *   channel.
 * - Receivers wait only on an empty buffer, senders only on a full one.
 * - Nobody waits in a closed channel.
 * - A channel without references lives while somebody waits in it.
 */
#pragma once

#include "task/chan.h"
#include "task/counted.h"
#include "task/lifetime.h"
#include "task/sched.h"
#include <string.h>

struct case_queue {
    struct chan_case *first, *last;
    uint32_t length;
    uint32_t selects; /* how many of them are not their task's own case */
};

struct chan {
    size_t element_size;
    size_t open_size; /* element_size, CHAN_CLOSED from the close on: one comparison for both */
    struct case_queue receivers, senders;
    struct counted counted;
    uint32_t made; /* task/made.h */
    size_t length, capacity;
    size_t start; /* index of the oldest element */
    /* For telling: return addresses. The last that began to send, parked or not, and to receive. */
    const void *made_at, *received_at;
    const void *sent_at; /* or that closed */
    struct lifetime lifetime;
    _Alignas(max_align_t) char buffer[];
};

_Static_assert(offsetof(struct chan, counted) == COUNTED_AT, "where a proof looks for it");

#define CHAN_CLOSED SIZE_MAX

static inline bool chan_is_closed(const struct chan *c)
{
    return c->open_size == CHAN_CLOSED;
}

static inline enum chan_owner chan_owner_of(const struct chan *c)
{
    return c->counted.kind - COUNTED_CHAN;
}

static inline const void *chan_closed_at(const struct chan *c)
{
    return chan_is_closed(c) ? c->sent_at : 0;
}

/* chan_make_sized() for a channel that the runtime makes: whose it is, how many bytes the owner wants
 * behind the buffer, not cleared, and where the owner was made. */
struct chan *chan_make_owned(size_t element_size, size_t capacity, enum chan_owner owner,
                             size_t behind, const void *made_at);

/* A task's own case, which stands in one queue only. */
static inline void case_enqueue_own(struct case_queue *q, struct chan_case *c)
{
    c->next = 0;
    c->prev = q->last;
    if (q->last)
        q->last->next = c;
    else
        q->first = c;
    q->last = c;
    q->length++;
}

/* Any other: of a select, say. */
static inline void case_enqueue(struct case_queue *q, struct chan_case *c)
{
    case_enqueue_own(q, c);
    q->selects++;
}

static inline void case_enqueue_before(struct case_queue *q, struct chan_case *c,
                                       struct chan_case *next)
{
    c->next = next;
    c->prev = next->prev;
    if (next->prev)
        next->prev->next = c;
    else
        q->first = c;
    next->prev = c;
    q->length++;
    q->selects++;
}

static inline void case_unlink_own(struct case_queue *q, struct chan_case *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        q->first = c->next;
    if (c->next)
        c->next->prev = c->prev;
    else
        q->last = c->prev;
    q->length--;
}

static inline void case_unlink(struct case_queue *q, struct chan_case *c)
{
    case_unlink_own(q, c);
    q->selects--;
}

/* Of a queue that is not empty. */
static inline struct chan_case *case_dequeue(struct case_queue *q)
{
    struct chan_case *first = q->first;
    if ((q->first = first->next))
        q->first->prev = 0;
    else
        q->last = 0;
    q->length--;
    return first;
}

static inline struct case_queue *case_queue_of(struct chan_case *c)
{
    return c->sends ? &c->chan->senders : &c->chan->receivers;
}

/* Where it is noted who used this side last. */
static inline const void **last_user_of(const struct chan_case *c)
{
    return c->sends ? &c->chan->sent_at : &c->chan->received_at;
}

/* Wakes the first of q, with ok as the outcome of its case. */
void chan_wake_first(struct case_queue *q, bool ok);

/* Ready is what need not park: a send on a closed channel panics at once. */
static inline bool chan_can_send(const struct chan *c)
{
    return chan_is_closed(c) || c->receivers.first || c->length < c->capacity;
}

static inline bool chan_can_recv(const struct chan *c)
{
    return c->length || c->senders.first || chan_is_closed(c);
}

/* What a send or receive can do without parking. The channel of a send is open. */
enum received { RECEIVED_CLOSE, RECEIVED, RECEIVES_LATER };
bool chan_send_now(struct chan *c, const void *value, const void *caller); /* whether it is done */
enum received chan_recv_now(struct chan *c, void *value, const void *caller);

/* chan_try_send_sized() and chan_try_recv_sized(), for a caller. */
bool chan_try_send_at(struct chan *c, const void *value, size_t size, const void *caller);
bool chan_try_recv_at(struct chan *c, void *value, bool *ok, size_t size, const void *caller);

/* In a debug build: panics where nobody holds the channel any more. */
static inline void chan_check_held(const struct chan *c)
{
    if (c)
        lifetime_check(&c->lifetime);
}

/* Panics where a pointer to what has this size (0: not known) can not be sent or received. */
void chan_check(const struct chan *c, const void *value, size_t size, bool sends,
                const void *caller);

/* A sender was parked when its channel was closed, or found it so. */
_Noreturn void chan_panic_send_closed(const struct chan *c, const void *caller);

/* Frees a channel that nobody holds and nobody waits on. */
void chan_free_unheld(struct chan *c);
