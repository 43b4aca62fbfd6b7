/* Channels: sending and receiving. Making is in chan_life.c, selects are in select.c, closing in close.c.
 *
 * Invariants, beside those of chan_queue.h:
 * - A send goes to the receiver that waits first, else into the buffer, else it parks. A receive
 *   takes the oldest of the buffer, whose place the sender that waits first fills; else that
 *   sender's element; else, from a closed channel, zeroes; else it parks.
 * - Who wakes a parked task has moved its element: a woken task has nothing left to do.
 * - An operation that need not park calls nothing, but to copy what is no word, and to wake a select.
 */
#include "task/chan.h"
#include "task/chan_queue.h"
#include "task/panic.h"
#include <stdio.h>

#define likely(x)   __builtin_expect((x), 1)
#define unlikely(x) __builtin_expect((x), 0)

/* --- Wrong use ------------------------------------------------------------------------------- */

void chan_panic_send_closed(const struct chan *c, const void *caller)
{
    task_panic_at("send on closed channel", (struct panic_site[]){{"sent at", caller},
                                                                  {"closed at", chan_closed_at(c)},
                                                                  {"made at", c->made_at},
                                                                  {0, 0}});
}

void chan_check(const struct chan *c, const void *value, size_t size, bool sends,
                const void *caller)
{
    char message[128];
    const char *what = sends ? "send" : "receive";
    if (size && size != c->element_size)
        snprintf(message, sizeof message, "%s of %zu bytes on a channel whose elements have %zu",
                 what, size, c->element_size);
    else if (sends && !value && c->element_size)
        snprintf(message, sizeof message, "send of NULL on a channel whose elements have %zu bytes",
                 c->element_size);
    else
        return;
    task_panic_at(message, (struct panic_site[]){{sends ? "sent at" : "received at", caller},
                                                 {"made at", c->made_at},
                                                 {0, 0}});
}

/* --- Waking ---------------------------------------------------------------------------------- */

/* A select that fired leaves its other queues. Where that leaves a channel to nobody, it goes; the
 * one of the case that fired is held by who fired it. */
static __attribute__((noinline)) void wake_select(struct task *t, struct chan_case *fired)
{
    case_queue_of(fired)->selects--;
    if (t->case_count > 1) {
        t->chosen = (uint32_t)(fired - t->waits.cases);
        *last_user_of(fired) = sched_caller(t);
    }
    for (uint32_t i = 0; t->case_count > 1 && i < t->case_count; i++) {
        struct chan_case *c = &t->waits.cases[i];
        if (c == fired || !c->chan)
            continue;
        case_unlink(case_queue_of(c), c);
        if (!c->chan->counted.references)
            chan_free_unheld(c->chan);
    }
    sched_ready(t);
}

static inline void wake(struct chan_case *fired, bool ok)
{
    struct task *t = fired->waiter;
    t->outcome = ok ? CASE_DONE : CASE_CLOSED;
    if (unlikely(t->case_count))
        wake_select(t, fired);
    else
        sched_ready(t);
}

void chan_wake_first(struct case_queue *q, bool ok)
{
    wake(case_dequeue(q), ok);
}

/* --- Elements --------------------------------------------------------------------------------- */

/* Words are copied in place. All else is called, and last of all: then a send or a receive keeps
 * nothing over a call, and saves no register. */

static inline void copy(void *restrict to, const void *restrict from, size_t size)
{
    if (likely(size == sizeof(uint64_t)))
        memcpy(to, from, sizeof(uint64_t));
    else if (size)
        memcpy(to, from, size);
}

static __attribute__((noinline)) void copy_and_wake(struct chan_case *peer, void *to,
                                                    const void *from, size_t size)
{
    memcpy(to, from, size);
    wake(peer, true);
}

/* Between the running task and a parked one, which goes on. */
static inline void hand_over(struct chan_case *peer, void *to, const void *from, size_t size)
{
    if (likely(size == sizeof(uint64_t)) && to) {
        memcpy(to, from, sizeof(uint64_t));
    } else if (size && to) {
        copy_and_wake(peer, to, from, size);
        return;
    }
    wake(peer, true);
}

static inline char *buffer_at(struct chan *c, size_t i)
{
    return c->buffer + i * c->element_size;
}

static inline void buffer_put(struct chan *c, const void *value)
{
    size_t end = c->start + c->length;
    if (end >= c->capacity)
        end -= c->capacity;
    c->length++;
    copy(buffer_at(c, end), value, c->element_size);
}

static inline void buffer_take(struct chan *c, void *value)
{
    const char *oldest = buffer_at(c, c->start);
    if (++c->start == c->capacity)
        c->start = 0;
    c->length--;
    if (value)
        copy(value, oldest, c->element_size);
}

/* --- Without parking ------------------------------------------------------------------------- */

static inline __attribute__((always_inline)) bool send_now(struct chan *c, const void *value,
                                                           const void *caller)
{
    c->sent_at = caller;
    if (c->receivers.first) {
        struct chan_case *receiver = case_dequeue(&c->receivers);
        hand_over(receiver, receiver->value, value, c->element_size);
        return true;
    }
    if (c->length == c->capacity)
        return false;
    buffer_put(c, value);
    return true;
}

/* The oldest goes, and the element of the sender that waits first takes its place. */
static __attribute__((noinline)) void take_and_refill(struct chan *c, void *value)
{
    buffer_take(c, value);
    struct chan_case *sender = case_dequeue(&c->senders);
    buffer_put(c, sender->value);
    wake(sender, true);
}

static inline __attribute__((always_inline)) enum received recv_now(struct chan *c, void *value,
                                                                    const void *caller)
{
    c->received_at = caller;
    if (c->length) {
        if (c->senders.first)
            take_and_refill(c, value);
        else
            buffer_take(c, value);
        return RECEIVED;
    }
    if (c->senders.first) {
        struct chan_case *sender = case_dequeue(&c->senders);
        hand_over(sender, value, sender->value, c->element_size);
        return RECEIVED;
    }
    if (!chan_is_closed(c))
        return RECEIVES_LATER;
    if (value)
        memset(value, 0, c->element_size);
    return RECEIVED_CLOSE;
}

bool chan_send_now(struct chan *c, const void *value, const void *caller)
{
    return send_now(c, value, caller);
}

enum received chan_recv_now(struct chan *c, void *value, const void *caller)
{
    return recv_now(c, value, caller);
}

/* --- The first half of a call (switch_here.h) -------------------------------------------------- */

static inline struct task_switch result(bool value)
{
    return (struct task_switch){.to = 0, .u.result = value};
}

static inline struct task *wait_in(struct case_queue *q, struct chan *c, void *value, bool sends)
{
    struct task *me = task_sched.current;
    me->own_case.chan = c;
    me->own_case.value = value;
    me->own_case.size = c->element_size;
    me->own_case.sends = sends;
    me->own_case.waiter = me;
    me->case_count = 0;
    me->outcome = CASE_CLOSED; /* the close leaves it so */
    case_enqueue_own(q, &me->own_case);
    return me;
}

/* The analyzer does not know that a switch back sets who is running. */
static inline void end_send(const struct task *me, const void *caller)
{
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
    if (unlikely(me->outcome != CASE_DONE)) {
        if (me->outcome == CASE_ENDS)
            task_made_to_end();
        chan_panic_send_closed(me->own_case.chan, caller);
    }
}

/* After a close the channel may be gone: the case tells how much there is to clear. */
static __attribute__((noinline)) void not_received(const struct task *me, void *value)
{
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
    if (me->outcome == CASE_ENDS)
        task_made_to_end();
    if (value)
        memset(value, 0, me->own_case.size);
}

static inline bool end_recv(const struct task *me, void *value)
{
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
    if (likely(me->outcome == CASE_DONE))
        return true;
    not_received(me, value);
    return false;
}

static __attribute__((noinline)) struct task_switch send_parked(struct chan *c, const void *value,
                                                                const void *caller)
{
    sched_require_task("a send that nobody takes");
    struct task *me = wait_in(&c->senders, c, (void *)value, true);
    struct task_switch s = sched_leave(WAIT_CHAN_SEND, c);
    if (!s.to)
        end_send(me, caller);
    return s;
}

static __attribute__((noinline)) struct task_switch recv_parked(struct chan *c, void *value)
{
    sched_require_task("a receive that nobody serves");
    struct task *me = wait_in(&c->receivers, c, value, false);
    struct task_switch s = sched_leave(WAIT_CHAN_RECEIVE, c);
    return s.to ? s : result(end_recv(me, value));
}

static struct task_switch park_for_ever(const char *what, enum wait_reason reason)
{
    sched_require_task(what);
    struct task_switch s = sched_leave(reason, 0);
    if (!s.to)
        task_made_to_end(); /* nothing else lets it go on */
    return s;
}

/* What is not plain: no channel, a closed one, a size that is not known, or wrong. */
static __attribute__((noinline)) struct task_switch send_checked(struct chan *c, const void *value,
                                                                 size_t size, const void *caller)
{
    if (!c)
        return park_for_ever("a send on a NULL channel", WAIT_CHAN_SEND_NIL);
    chan_check(c, value, size, true, caller);
    if (chan_is_closed(c))
        chan_panic_send_closed(c, caller);
    return chan_send_now(c, value, caller) ? result(true) : send_parked(c, value, caller);
}

static __attribute__((noinline)) struct task_switch recv_checked(struct chan *c, void *value,
                                                                 size_t size, const void *caller)
{
    if (!c)
        return park_for_ever("a receive from a NULL channel", WAIT_CHAN_RECEIVE_NIL);
    chan_check(c, value, size, false, caller);
    enum received now = chan_recv_now(c, value, caller);
    return now == RECEIVES_LATER ? recv_parked(c, value) : result(now == RECEIVED);
}

struct task_switch chan_send_start(struct chan *c, const void *value, size_t size)
{
    chan_check_held(c);
    if (unlikely(!c || c->open_size != size))
        return send_checked(c, value, size, CALLER);
    return send_now(c, value, CALLER) ? result(true) : send_parked(c, value, CALLER);
}

struct task_switch chan_recv_start(struct chan *c, void *value, size_t size)
{
    chan_check_held(c);
    if (unlikely(!c || c->element_size != size))
        return recv_checked(c, value, size, CALLER);
    enum received now = recv_now(c, value, CALLER);
    return now == RECEIVES_LATER ? recv_parked(c, value) : result(now == RECEIVED);
}

/* --- The second half --------------------------------------------------------------------------- */

void chan_send_end(void)
{
    end_send(task_sched.current, CALLER);
}

bool chan_recv_end(void *value)
{
    return end_recv(task_sched.current, value);
}

/* --- Calls that never park, and functions ------------------------------------------------------- */

bool chan_try_send_at(struct chan *c, const void *value, size_t size, const void *caller)
{
    chan_check_held(c);
    if (!c)
        return false;
    chan_check(c, value, size, true, caller);
    if (chan_is_closed(c))
        chan_panic_send_closed(c, caller);
    return chan_send_now(c, value, caller);
}

bool chan_try_recv_at(struct chan *c, void *value, bool *ok, size_t size, const void *caller)
{
    enum received now = RECEIVES_LATER;
    chan_check_held(c);
    if (c) {
        chan_check(c, value, size, false, caller);
        now = chan_recv_now(c, value, caller);
    }
    if (ok)
        *ok = now == RECEIVED;
    return now != RECEIVES_LATER;
}

bool chan_try_send_sized(struct chan *c, const void *value, size_t size)
{
    return chan_try_send_at(c, value, size, CALLER);
}

bool chan_try_recv_sized(struct chan *c, void *value, bool *ok, size_t size)
{
    return chan_try_recv_at(c, value, ok, size, CALLER);
}

void(chan_send)(struct chan *c, const void *value)
{
    chan_check_held(c);
    struct task_switch s = send_checked(c, value, 0, CALLER);
    if (s.to) {
        task_switch_here(s.u.from, s.to);
        end_send(task_sched.current, CALLER);
    }
}

bool(chan_recv)(struct chan *c, void *value)
{
    chan_check_held(c);
    struct task_switch s = recv_checked(c, value, 0, CALLER);
    if (!s.to)
        return s.u.result;
    task_switch_here(s.u.from, s.to);
    return end_recv(task_sched.current, value);
}

bool(chan_try_send)(struct chan *c, const void *value)
{
    return chan_try_send_at(c, value, 0, CALLER);
}

bool(chan_try_recv)(struct chan *c, void *value, bool *ok)
{
    return chan_try_recv_at(c, value, ok, 0, CALLER);
}
