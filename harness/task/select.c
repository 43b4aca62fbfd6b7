/* Select: one of several channel operations.
 *
 * Invariants:
 * - Of the cases that are ready when a select begins, each is as likely as the others. The choice
 *   needs no shuffled order: the k-th ready case replaces the earlier choice with probability 1/k,
 *   which leaves each of n with 1/n.
 * - Where none is ready the task waits in the queue of every case, and who serves one case takes the
 *   task out of all of them (chan.c). Several cases in one queue stand side by side, and each is as
 *   likely as the others to stand first: the first is the one that is served.
 * - A case that was not chosen is untouched: its value, its ok.
 */
#include "task/chan_queue.h"
#include "task/panic.h"

static inline bool case_is_ready(const struct chan_case *c)
{
    return c->sends ? chan_can_send(c->chan) : chan_can_recv(c->chan);
}

/* Below n, each as likely as its neighbours but for 1 in 2^32. */
static inline uint32_t random_below(uint32_t n)
{
    return (uint32_t)(((uint64_t)sched_random() * n) >> 32);
}

static inline int choose(struct chan_case *cases, size_t n, const void *caller)
{
    int chosen = -1;
    uint32_t ready = 0;
    for (size_t i = 0; i < n; i++) {
        struct chan_case *c = &cases[i];
        if (!c->chan)
            continue;
        chan_check_held(c->chan);
        if (c->size != c->chan->element_size)
            chan_check(c->chan, c->value, c->size, c->sends, caller);
        if (case_is_ready(c) && (++ready == 1 || random_below(ready) == 0))
            chosen = (int)i;
    }
    return chosen;
}

static inline void report(struct chan_case *c, bool ok)
{
    if (c->ok)
        *c->ok = ok;
}

static inline int try_cases(struct chan_case *cases, size_t n, const void *caller)
{
    int chosen = choose(cases, n, caller);
    if (chosen < 0)
        return -1;
    struct chan_case *c = &cases[chosen];
    bool ok = true;
    if (!c->sends)
        ok = chan_recv_now(c->chan, c->value, caller) == RECEIVED;
    else if (chan_is_closed(c->chan))
        chan_panic_send_closed(c->chan, caller);
    else
        chan_send_now(c->chan, c->value, caller);
    report(c, ok);
    return chosen;
}

int chan_try_select_cases(struct chan_case *cases, size_t n)
{
    int done = try_cases(cases, n, CALLER);
    for (size_t i = 0; done < 0 && i < n; i++)
        report(&cases[i], false);
    return done;
}

/* Before those of the same select in the same queue, with the chance that leaves each of them as
 * likely to stand first. They are the last of the queue: the task that puts them there is running. */
static __attribute__((noinline)) void enqueue_beside_own(struct case_queue *q, struct chan_case *c)
{
    struct chan_case *first = q->last;
    uint32_t own = 2;
    for (; first->prev && first->prev->waiter == c->waiter; first = first->prev)
        own++;
    if (random_below(own) == 0)
        case_enqueue_before(q, c, first);
    else
        case_enqueue(q, c);
}

static inline void enqueue_all(struct chan_case *cases, size_t n, struct task *me)
{
    for (size_t i = 0; i < n; i++) {
        struct chan_case *c = &cases[i];
        if (!c->chan)
            continue;
        struct case_queue *q = case_queue_of(c);
        c->waiter = me;
        if (__builtin_expect(q->last && q->last->waiter == me, 0))
            enqueue_beside_own(q, c);
        else
            case_enqueue(q, c);
    }
}

static int end_select(const struct task *me, const void *caller)
{
    if (__builtin_expect(me->outcome == CASE_ENDS, 0))
        task_made_to_end();
    struct chan_case *c = &me->waits.cases[me->chosen];
    bool ok = me->outcome == CASE_DONE;
    if (c->sends && !ok)
        chan_panic_send_closed(c->chan, caller);
    report(c, ok);
    return (int)me->chosen;
}

struct task_switch chan_select_start(struct chan_case *cases, size_t n)
{
    int done = try_cases(cases, n, CALLER);
    if (done >= 0)
        return (struct task_switch){.to = 0, .u.result = done};
    sched_require_task("a select that nobody serves");
    struct task *me = task_sched.current;
    enqueue_all(cases, n, me);
    if (n == 1 && cases->chan)
        *last_user_of(cases) = CALLER;
    me->waits.cases = cases;
    me->chosen = 0; /* whoever wakes the only case of a select does not say which */
    me->case_count = (uint32_t)n;
    struct task_switch s = sched_leave(n ? WAIT_SELECT : WAIT_SELECT_NO_CASES, cases);
    if (!s.to)
        s.u.result = end_select(me, CALLER);
    return s;
}

int chan_select_end(void)
{
    return end_select(task_sched.current, CALLER);
}
