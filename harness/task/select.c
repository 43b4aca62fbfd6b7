/* Select: one of several channel operations.
 *
 * A first pass finds the ready cases and chooses among them; where there are none, a second puts
 * the caller into every queue, and whoever serves one case takes the caller out of all of them
 * (wake_first in chan.c). The choice needs no shuffled order: the k-th ready case replaces the
 * earlier choice with probability 1/k, which leaves each of n with 1/n.
 */
#include "task/chan_queue.h"

static inline bool case_is_ready(const struct chan_case *c)
{
    return c->chan && (c->sends ? chan_can_send(c->chan) : chan_can_recv(c->chan));
}

/* Below n, each as likely as its neighbours but for 1 in 2^32. */
static inline uint32_t random_below(uint32_t n)
{
    return (uint32_t)(((uint64_t)sched_random() * n) >> 32);
}

static inline int choose(struct chan_case *cases, size_t n)
{
    int chosen = -1;
    uint32_t ready = 0;
    for (size_t i = 0; i < n; i++)
        if (case_is_ready(&cases[i]) && (++ready == 1 || random_below(ready) == 0))
            chosen = (int)i;
    return chosen;
}

static inline void report(struct chan_case *c, bool ok)
{
    if (c->ok)
        *c->ok = ok;
}

static inline int try_cases(struct chan_case *cases, size_t n, const void *caller)
{
    int chosen = choose(cases, n);
    if (chosen < 0)
        return -1;
    struct chan_case *c = &cases[chosen];
    bool ok = true;
    if (c->sends)
        chan_send_now(c->chan, c->value, caller);
    else
        chan_recv_now(c->chan, c->value, &ok, caller);
    report(c, ok);
    return chosen;
}

int chan_try_select_cases(struct chan_case *cases, size_t n)
{
    return try_cases(cases, n, CALLER);
}

int chan_select_cases(struct chan_case *cases, size_t n)
{
    int done = try_cases(cases, n, CALLER);
    if (done >= 0)
        return done;
    sched_require_task("a select that nobody serves");
    struct task *me = task_sched.current;
    for (size_t i = 0; i < n; i++)
        if (cases[i].chan) {
            cases[i].waiter = me;
            case_enqueue(case_queue_of(&cases[i]), &cases[i]);
        }
    if (n == 1 && cases->chan)
        *hand_of_case(cases) = (struct hand){me->id, CALLER};
    me->cases = cases;
    me->chosen = 0; /* whoever wakes the only case of a select does not say which */
    me->case_count = (uint32_t)n;
    sched_park(n ? WAIT_SELECT : WAIT_SELECT_NO_CASES, cases);
    struct chan_case *c = &cases[me->chosen];
    if (c->sends && !me->chosen_ok)
        chan_panic_send_closed(c->chan, CALLER);
    report(c, me->chosen_ok);
    return (int)me->chosen;
}
