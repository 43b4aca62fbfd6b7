/* Channels: making, sending, receiving, closing. Selects are in select.c, invariants in
 * chan_queue.h. */
#include "task/chan.h"
#include "task/chan_queue.h"
#include "task/panic.h"
#include <stdlib.h>

#define CALLER __builtin_extract_return_addr(__builtin_return_address(0))

struct chan *chan_make_sized(size_t element_size, size_t capacity)
{
    size_t bytes;
    if (__builtin_mul_overflow(element_size, capacity, &bytes) ||
        __builtin_add_overflow(bytes, sizeof(struct chan), &bytes))
        task_panic("makechan: size out of range");
    struct chan *c = sched_allocate(bytes, "a channel");
    /* Field by field: gcc clears a struct of this size by `rep stos`, which alone takes 8 ns. */
    c->length = c->start = 0;
    c->capacity = capacity;
    c->element_size = element_size;
    c->receivers.first = c->receivers.last = 0;
    c->senders.first = c->senders.last = 0;
    c->references = 1;
    c->closed = false;
    c->made_at = CALLER;
    c->closed_at = 0;
    task_stats.channels++;
    return c;
}

struct chan *chan_ref(struct chan *c)
{
    if (c)
        c->references++;
    return c;
}

void chan_free_unheld(struct chan *c)
{
    /* Whoever waits here keeps it, though nobody is left who could wake them by it. */
    if (c->references || c->receivers.first || c->senders.first)
        return;
    task_stats.channels--;
    free(c);
}

void chan_drop(struct chan *c)
{
    if (!c)
        return;
    c->references--;
    chan_free_unheld(c);
}

size_t chan_len(const struct chan *c)
{
    return c ? c->length : 0;
}

size_t chan_cap(const struct chan *c)
{
    return c ? c->capacity : 0;
}

void chan_panic_send_closed(const struct chan *c, const void *caller)
{
    panic_at("send on closed channel", (struct panic_site[]){{"sent at", caller},
                                                             {"closed at", c->closed_at},
                                                             {"made at", c->made_at},
                                                             {0, 0}});
}

/* All but the one that fired: that one's channel is held by who fired it. */
static void unlink_cases(struct task *t, const struct chan_case *fired)
{
    for (uint32_t i = 0; i < t->case_count; i++) {
        struct chan_case *c = &t->cases[i];
        if (c == fired || !c->chan)
            continue;
        case_unlink(case_queue_of(c), c);
        if (!c->chan->references)
            chan_free_unheld(c->chan);
    }
}

/* Wakes the first of q, with ok as the outcome of its case. */
static inline __attribute__((always_inline)) void wake_first(struct case_queue *q, bool ok)
{
    struct chan_case *fired = q->first;
    struct task *t = fired->waiter;
    if ((q->first = fired->next))
        q->first->prev = 0;
    else
        q->last = 0;
    t->chosen = 0;
    t->chosen_ok = ok;
    if (__builtin_expect(t->case_count > 1, 0)) {
        t->chosen = (uint32_t)(fired - t->cases);
        unlink_cases(t, fired);
    }
    sched_ready(t);
}

/* --- The buffer ----------------------------------------------------------------------------------
 */

static inline void buffer_put(struct chan *c, const void *value)
{
    size_t end = c->start + c->length;
    if (end >= c->capacity)
        end -= c->capacity;
    element_copy(c->buffer + end * c->element_size, value, c->element_size);
    c->length++;
}

static inline void buffer_take(struct chan *c, void *value)
{
    if (value)
        element_copy(value, c->buffer + c->start * c->element_size, c->element_size);
    if (++c->start == c->capacity)
        c->start = 0;
    c->length--;
}

/* --- Without parking ------------------------------------------------------------------------ */

static inline __attribute__((always_inline)) bool send_now(struct chan *c, const void *value,
                                                           const void *caller)
{
    if (__builtin_expect(c->closed, 0))
        chan_panic_send_closed(c, caller);
    struct chan_case *receiver = c->receivers.first;
    if (receiver) {
        if (receiver->value)
            element_copy(receiver->value, value, c->element_size);
        wake_first(&c->receivers, true);
        return true;
    }
    if (c->length == c->capacity)
        return false;
    buffer_put(c, value);
    return true;
}

static inline __attribute__((always_inline)) bool recv_now(struct chan *c, void *value, bool *ok)
{
    *ok = true;
    struct chan_case *sender = c->senders.first;
    if (c->length) {
        buffer_take(c, value);
        if (sender) { /* its element takes the place that is free now */
            buffer_put(c, sender->value);
            wake_first(&c->senders, true);
        }
        return true;
    }
    if (sender) {
        if (value)
            element_copy(value, sender->value, c->element_size);
        wake_first(&c->senders, true);
        return true;
    }
    if (!c->closed)
        return false;
    if (value)
        memset(value, 0, c->element_size);
    *ok = false;
    return true;
}

bool chan_send_now(struct chan *c, const void *value, const void *caller)
{
    return send_now(c, value, caller);
}

bool chan_recv_now(struct chan *c, void *value, bool *ok)
{
    return recv_now(c, value, ok);
}

bool chan_try_send(struct chan *c, const void *value)
{
    return c && send_now(c, value, CALLER);
}

bool chan_try_recv(struct chan *c, void *value, bool *ok)
{
    bool received;
    return c && recv_now(c, value, ok ? ok : &received);
}

/* --- Parking -------------------------------------------------------------------------------- */

/* What does not park returns soon, and with no register saved: parking, which clobbers them all, is in
 * functions of its own. `at` is the frame address, `caller` the return address of the public call. */

static inline __attribute__((always_inline)) void wait_in(struct case_queue *q, struct chan_case *c,
                                                          enum wait_reason reason, const void *at)
{
    struct task *me = scheduler.current;
    me->cases = c;
    me->case_count = 1;
    case_enqueue(q, c);
    sched_park_at(at, reason, c->chan);
}

static __attribute__((noinline)) void send_parked(struct chan *c, const void *value, const void *at,
                                                  const void *caller)
{
    sched_require_task(c ? "a send that nobody takes" : "a send on a NULL channel");
    if (!c) {
        sched_park_at(at, WAIT_CHAN_SEND_NIL, 0);
        __builtin_unreachable();
    }
    struct task *me = scheduler.current;
    struct chan_case mine = {c, (void *)value, .sends = true, .waiter = me};
    wait_in(&c->senders, &mine, WAIT_CHAN_SEND, at);
    if (__builtin_expect(!me->chosen_ok, 0))
        chan_panic_send_closed(c, caller);
}

static __attribute__((noinline)) bool recv_parked(struct chan *c, void *value, const void *at)
{
    sched_require_task(c ? "a receive that nobody serves" : "a receive from a NULL channel");
    if (!c) {
        sched_park_at(at, WAIT_CHAN_RECEIVE_NIL, 0);
        __builtin_unreachable();
    }
    struct task *me = scheduler.current;
    struct chan_case mine = {c, value, .waiter = me};
    wait_in(&c->receivers, &mine, WAIT_CHAN_RECEIVE, at);
    return me->chosen_ok;
}

void chan_send(struct chan *c, const void *value)
{
    if (!c || !send_now(c, value, CALLER))
        send_parked(c, value, __builtin_frame_address(0), CALLER);
}

bool chan_recv(struct chan *c, void *value)
{
    bool ok;
    if (c && recv_now(c, value, &ok))
        return ok;
    return recv_parked(c, value, __builtin_frame_address(0));
}

/* A close wakes thousands, each a miss of the cache and of the address translation. While one is woken,
 * the next comes from memory, and the page of one further on, if it lies as far as the next ones do:
 * stacks that were made in turn do. A wrong guess costs nothing. */
static inline void prefetch_after(const struct chan_case *c)
{
    if (!c->next)
        return;
    __builtin_prefetch(c->next);
    __builtin_prefetch((const void *)((uintptr_t)c + 6 * ((uintptr_t)c->next - (uintptr_t)c)));
}

void chan_close(struct chan *c)
{
    if (!c)
        task_panic("close of nil channel");
    if (c->closed)
        panic_at("close of closed channel", (struct panic_site[]){{"closed again at", CALLER},
                                                                  {"closed first at", c->closed_at},
                                                                  {"made at", c->made_at},
                                                                  {0, 0}});
    c->closed = true;
    c->closed_at = CALLER;
    for (struct chan_case *w; (w = c->receivers.first);) {
        prefetch_after(w);
        if (w->value)
            memset(w->value, 0, c->element_size);
        wake_first(&c->receivers, false);
    }
    if (c->senders.first)
        c->references++; /* the panic of these senders tells of the channel, dropped or not */
    for (struct chan_case *w; (w = c->senders.first);) {
        prefetch_after(w);
        wake_first(&c->senders, false);
    }
}

/* --- Looking at it -------------------------------------------------------------------------- */

static size_t queue_length(const struct case_queue *q)
{
    size_t n = 0;
    for (const struct chan_case *c = q->first; c; c = c->next)
        n++;
    return n;
}

struct chan_info chan_inspect(const struct chan *c)
{
    return (struct chan_info){
        .length = c->length,
        .capacity = c->capacity,
        .element_size = c->element_size,
        .closed = c->closed,
        .references = c->references,
        .receivers = queue_length(&c->receivers),
        .senders = queue_length(&c->senders),
        .made_at = c->made_at,
        .closed_at = c->closed_at,
    };
}
