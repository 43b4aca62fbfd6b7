/* Waits in a channel's queue and in the clock at once: whichever comes first wakes the task, and the
 * other is left without a trace. Nothing is allocated. */
#include "task/chan_until.h"
#include "task/chan_queue.h"
#include "task/clock.h"
#include "task/panic.h"

/* On the stack of the task that waits. */
struct until {
    struct deadline deadline; /* first: the deadline is the wait */
    struct chan_case mine;
    bool timed_out;
};

static void give_up(struct deadline *d)
{
    struct until *u = (struct until *)d;
    struct task *waiter = u->mine.waiter;
    struct chan *c = u->mine.chan;
    if (waiter->state != TASK_PARKED)
        return; /* served just before, and its turn is yet to come */
    u->timed_out = true;
    if (c) {
        case_unlink(case_queue_of(&u->mine), &u->mine);
        if (!c->counted.references)
            chan_free_unheld(c);
    }
    sched_ready(waiter);
}

static inline __attribute__((always_inline)) void wait_until(struct until *u, int64_t deadline,
                                                             enum wait_reason reason)
{
    struct task *me = u->mine.waiter = task_sched.current;
    u->deadline.when = deadline;
    u->deadline.fire = give_up;
    me->outcome = CASE_CLOSED;
    me->case_count = 1;
    me->waits.cases = &u->mine;
    if (u->mine.chan)
        case_enqueue(case_queue_of(&u->mine), &u->mine);
    task_clock_arm(&u->deadline);
    sched_park(reason, u->mine.chan);
    task_clock_disarm(&u->deadline);
    if (__builtin_expect(me->outcome == CASE_ENDS, 0))
        task_made_to_end();
}

enum chan_recv_outcome chan_recv_until_sized(struct chan *c, void *value, int64_t deadline,
                                             size_t size)
{
    bool ok;
    if (chan_try_recv_at(c, value, &ok, size, CALLER))
        return ok ? CHAN_RECV_VALUE : CHAN_RECV_CLOSED;
    if (deadline <= clock_now())
        return CHAN_RECV_TIMED_OUT;
    sched_require_task("a receive that nobody serves");
    struct until u = {.mine = {.chan = c, .value = value}};
    wait_until(&u, deadline, c ? WAIT_CHAN_RECEIVE : WAIT_CHAN_RECEIVE_NIL);
    if (u.timed_out)
        return CHAN_RECV_TIMED_OUT;
    return u.mine.waiter->outcome == CASE_DONE ? CHAN_RECV_VALUE : CHAN_RECV_CLOSED;
}

bool chan_send_until_sized(struct chan *c, const void *value, int64_t deadline, size_t size)
{
    if (chan_try_send_at(c, value, size, CALLER))
        return true;
    if (deadline <= clock_now())
        return false;
    sched_require_task("a send that nobody takes");
    struct until u = {.mine = {.chan = c, .value = (void *)value, .sends = true}};
    wait_until(&u, deadline, c ? WAIT_CHAN_SEND : WAIT_CHAN_SEND_NIL);
    if (!u.timed_out && u.mine.waiter->outcome != CASE_DONE)
        chan_panic_send_closed(c, CALLER);
    return !u.timed_out;
}
