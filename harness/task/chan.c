/* Channels: making, sending, receiving. Selects are in select.c, closing is in close.c, invariants are in
 * chan_queue.h. */
#include "task/chan.h"
#include "task/chan_queue.h"
#include "task/panic.h"
#include <stdlib.h>

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
    c->counted = (struct counted){COUNTED_CHAN, .references = 1};
    c->closed = false;
    c->made_at = CALLER;
    c->closed_at = 0;
    c->sent = (struct hand){0};
    c->received = (struct hand){0};
    task_stats.channels++;
    return c;
}

struct chan *chan_ref(struct chan *c)
{
    if (c)
        c->counted.references++;
    return c;
}

void chan_free_unheld(struct chan *c)
{
    /* Whoever waits here keeps it, though nobody is left who could wake them by it. */
    if (c->counted.references || c->receivers.first || c->senders.first)
        return;
    task_stats.channels--;
    c->counted.kind = 0;
    free(c);
}

void chan_drop(struct chan *c)
{
    if (!c)
        return;
    c->counted.references--;
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
    task_panic_at("send on closed channel", (struct panic_site[]){{"sent at", caller},
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
        if (!c->chan->counted.references)
            chan_free_unheld(c->chan);
    }
}

/* What is known of an operation where it is compiled. */
enum kind {
    ANY,
    PLAIN, /* elements are words or nothing, and who waits first on the other side is in no select */
};

/* Wakes the first of q, with ok as the outcome of its case. */
static inline __attribute__((always_inline)) void wake_first(struct case_queue *q, bool ok,
                                                             enum kind kind)
{
    struct chan_case *fired = q->first;
    struct task *t = fired->waiter;
    if ((q->first = fired->next))
        q->first->prev = 0;
    else
        q->last = 0;
    t->chosen_ok = ok;
    if (kind == ANY && __builtin_expect(t->case_count > 1, 0)) {
        t->chosen = (uint32_t)(fired - t->cases);
        *hand_of_case(fired) = (struct hand){t->id, sched_caller(t)};
        unlink_cases(t, fired);
    }
    sched_ready(t);
}

void chan_wake_first(struct case_queue *q, bool ok)
{
    wake_first(q, ok, ANY);
}

/* --- Elements and the buffer ---------------------------------------------------------------- */

/* Copies one element. A call of memcpy() is not for PLAIN: then a send or a receive calls nothing on its
 * way, and need save no register. */
static inline void copy(const struct chan *c, void *restrict to, const void *restrict from,
                        enum kind kind)
{
    if (kind == PLAIN ? c->element_size != 0 : c->element_size == sizeof(uint64_t))
        memcpy(to, from, sizeof(uint64_t));
    else if (kind == ANY && c->element_size)
        memcpy(to, from, c->element_size);
}

static inline char *buffer_at(struct chan *c, size_t i, enum kind kind)
{
    return c->buffer + i * (kind == PLAIN ? sizeof(uint64_t) : c->element_size);
}

static inline void buffer_put(struct chan *c, const void *value, enum kind kind)
{
    size_t end = c->start + c->length;
    if (end >= c->capacity)
        end -= c->capacity;
    copy(c, buffer_at(c, end, kind), value, kind);
    c->length++;
}

static inline void buffer_take(struct chan *c, void *value, enum kind kind)
{
    if (value)
        copy(c, value, buffer_at(c, c->start, kind), kind);
    if (++c->start == c->capacity)
        c->start = 0;
    c->length--;
}

/* --- Without parking ------------------------------------------------------------------------ */

static inline __attribute__((always_inline)) bool send_now(struct chan *c, const void *value,
                                                           const void *caller, enum kind kind)
{
    if (__builtin_expect(c->closed, 0))
        chan_panic_send_closed(c, caller);
    c->sent = (struct hand){sched_hand(), caller};
    struct chan_case *receiver = c->receivers.first;
    if (receiver) {
        if (receiver->value)
            copy(c, receiver->value, value, kind);
        wake_first(&c->receivers, true, kind);
        return true;
    }
    if (c->length == c->capacity)
        return false;
    buffer_put(c, value, kind);
    return true;
}

static inline __attribute__((always_inline)) bool recv_now(struct chan *c, void *value, bool *ok,
                                                           const void *caller, enum kind kind)
{
    c->received = (struct hand){sched_hand(), caller};
    *ok = true;
    struct chan_case *sender = c->senders.first;
    if (c->length) {
        buffer_take(c, value, kind);
        if (sender) { /* its element takes the place that is free now */
            buffer_put(c, sender->value, kind);
            wake_first(&c->senders, true, kind);
        }
        return true;
    }
    if (sender) {
        if (value)
            copy(c, value, sender->value, kind);
        wake_first(&c->senders, true, kind);
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
    return send_now(c, value, caller, ANY);
}

bool chan_recv_now(struct chan *c, void *value, bool *ok, const void *caller)
{
    return recv_now(c, value, ok, caller, ANY);
}

bool chan_try_send(struct chan *c, const void *value)
{
    return c && chan_send_now(c, value, CALLER);
}

bool chan_try_recv(struct chan *c, void *value, bool *ok)
{
    bool received;
    return c && chan_recv_now(c, value, ok ? ok : &received, CALLER);
}

/* --- Parking -------------------------------------------------------------------------------- */

/* What does not park returns soon, and with no register saved: parking, which clobbers them all, is in
 * functions of its own, and so is what is not plain. `at` is the frame address of the public call. */

static inline const void *caller_at(const void *at)
{
    return ((void *const *)at)[1];
}

static inline __attribute__((always_inline)) void wait_in(struct case_queue *q, struct chan_case *c,
                                                          enum wait_reason reason, const void *at)
{
    struct task *me = task_sched.current;
    me->case_count = 1; /* so nobody asks for me->cases */
    case_enqueue(q, c);
    sched_park_at(at, reason, c->chan);
}

static __attribute__((noinline)) void send_parked(struct chan *c, const void *value, const void *at)
{
    sched_require_task("a send that nobody takes");
    struct chan_case mine = {c, (void *)value, .sends = true, .waiter = task_sched.current};
    wait_in(&c->senders, &mine, WAIT_CHAN_SEND, at);
    /* Read again from where they are, which costs less than to keep them. */
    if (__builtin_expect(!mine.waiter->chosen_ok, 0))
        chan_panic_send_closed(mine.chan, sched_caller(mine.waiter));
}

static __attribute__((noinline)) bool recv_parked(struct chan *c, void *value, const void *at)
{
    sched_require_task("a receive that nobody serves");
    struct chan_case mine = {c, value, .waiter = task_sched.current};
    wait_in(&c->receivers, &mine, WAIT_CHAN_RECEIVE, at);
    return mine.waiter->chosen_ok;
}

static _Noreturn void park_for_ever(const char *what, enum wait_reason reason, const void *at)
{
    sched_require_task(what);
    sched_park_at(at, reason, 0);
    __builtin_unreachable();
}

static __attribute__((noinline)) void send_any(struct chan *c, const void *value, const void *at)
{
    if (!c)
        park_for_ever("a send on a NULL channel", WAIT_CHAN_SEND_NIL, at);
    if (!send_now(c, value, caller_at(at), ANY))
        send_parked(c, value, at);
}

static __attribute__((noinline)) bool recv_any(struct chan *c, void *value, const void *at)
{
    bool ok;
    if (!c)
        park_for_ever("a receive from a NULL channel", WAIT_CHAN_RECEIVE_NIL, at);
    return recv_now(c, value, &ok, caller_at(at), ANY) ? ok : recv_parked(c, value, at);
}

static inline bool is_plain(const struct chan *c, const struct case_queue *others)
{
    return !(c->element_size & ~sizeof(uint64_t)) &&
           (!others->first || others->first->waiter->case_count == 1);
}

void chan_send(struct chan *c, const void *value)
{
    const void *at = __builtin_frame_address(0);
    if (!c || !is_plain(c, &c->receivers))
        send_any(c, value, at);
    else if (!send_now(c, value, CALLER, PLAIN))
        send_parked(c, value, at);
}

bool chan_recv(struct chan *c, void *value)
{
    const void *at = __builtin_frame_address(0);
    bool ok;
    if (!c || !is_plain(c, &c->senders))
        return recv_any(c, value, at);
    return recv_now(c, value, &ok, CALLER, PLAIN) ? ok : recv_parked(c, value, at);
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
        .references = c->counted.references,
        .receivers = queue_length(&c->receivers),
        .senders = queue_length(&c->senders),
        .made_at = c->made_at,
        .closed_at = c->closed_at,
        .sent = c->sent,
        .received = c->received,
    };
}
