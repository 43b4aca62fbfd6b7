/* Timers and tickers.
 *
 * Invariants:
 * - An armed timer holds a reference to itself, so nothing that fires is gone.
 * - A timer's channel has room for one; a tick that finds it full is skipped; a stop or reset
 *   empties it, so that no stale value is received afterwards.
 */
#include "task/timer.h"
#include "task/chan_queue.h"
#include "task/clock.h"
#include "task/counted.h"
#include "task/inspect.h"
#include "task/made.h"
#include "task/panic.h"
#include "task/sched.h"
#include <stdlib.h>

struct timer {
    struct deadline deadline; /* first: the deadline is the timer */
    struct chan *chan;        /* NULL where fn is called instead */
    union {
        int64_t period; /* of a ticker; 0: sends once */
        void (*fn)(void *arg);
    };
    void *arg;
    struct counted counted;
    uint32_t made; /* task/made.h */
};

_Static_assert(offsetof(struct timer, counted) == COUNTED_AT, "where a proof looks for it");

/* A ticker is a timer with a period. Two types, so that neither is mistaken for the other. */
struct ticker {
    struct timer timer;
};

static void release(struct timer *t)
{
    if (--t->counted.references)
        return;
    chan_drop(t->chan);
    made_drop(t->made);
    task_stats.timers--;
    t->counted.kind = 0;
    free(t);
}

static void arm(struct timer *t, int64_t when)
{
    if (!t->deadline.place)
        t->counted.references++;
    t->deadline.when = when;
    task_clock_arm(&t->deadline);
}

static bool disarm(struct timer *t)
{
    bool unreceived = chan_len(t->chan) && chan_try_recv(t->chan, 0, 0);
    if (!task_clock_disarm(&t->deadline))
        return unreceived;
    t->counted.references--; /* the caller holds another */
    return true;
}

static void fire(struct deadline *d)
{
    struct timer *t = (struct timer *)d;
    int64_t now = clock_now();
    bool again = t->chan && t->period;
    if (again) {
        /* The clock's reference stays with it. Ticks that were missed are not made up for. */
        int64_t late = (now - d->when) % t->period;
        d->when = task_time_add(now - late, t->period);
        task_clock_arm(d);
    }
    if (t->chan)
        chan_try_send(t->chan, &now);
    else
        t->fn(t->arg);
    if (!again)
        release(t);
}

static struct timer *make(size_t size, bool with_chan, const void *at)
{
    struct timer *t = sched_allocate(size, "a timer");
    /* Field by field, as a channel. */
    t->deadline.fire = fire;
    t->deadline.place = 0;
    t->counted = (struct counted){COUNTED_TIMER, .references = 1};
    t->chan = with_chan ? chan_make_owned(sizeof(int64_t), 1, CHAN_OF_TIMER, at) : 0;
    t->period = 0;
    t->arg = 0;
    t->made = made_add(MADE_TIMER, at);
    task_stats.timers++;
    return t;
}

static struct timer *make_armed(int64_t nanoseconds, const void *at)
{
    struct timer *t = make(sizeof *t, true, at);
    arm(t, task_clock_after(nanoseconds));
    return t;
}

struct timer *timer_new(int64_t nanoseconds)
{
    return make_armed(nanoseconds, CALLER);
}

struct timer *timer_func(int64_t nanoseconds, void (*fn)(void *arg), void *arg)
{
    if (!fn)
        task_panic_at("timer_func() with NULL for a function",
                      (struct panic_site[]){{"called at", CALLER}, {0, 0}});
    struct timer *t = make(sizeof *t, false, CALLER);
    t->fn = fn;
    t->arg = arg;
    arm(t, task_clock_after(nanoseconds));
    return t;
}

/* What is called in a task. */
struct timer_task {
    struct timer timer;
    void (*fn)(void *arg);
    void *arg;
    const struct task_site *site;
};

static void call_in_task(void *arg)
{
    const struct timer_task *t = arg;
    if (!task_spawn(t->fn, t->arg, t->site))
        task_fatal("a timer can not call %s: %s", t->site->entry, task_error());
}

struct timer *timer_go_at(int64_t nanoseconds, void (*fn)(void *arg), void *arg,
                          const struct task_site *site)
{
    if (!fn)
        task_panic_at("timer_go() with NULL for a function",
                      (struct panic_site[]){{"called at", CALLER}, {0, 0}});
    struct timer_task *t = (struct timer_task *)make(sizeof *t, false, CALLER);
    t->timer.fn = call_in_task;
    t->timer.arg = t;
    t->fn = fn;
    t->arg = arg;
    t->site = site;
    arm(&t->timer, task_clock_after(nanoseconds));
    return &t->timer;
}

struct chan *timer_after(int64_t nanoseconds)
{
    struct timer *t = make_armed(nanoseconds, CALLER);
    struct chan *c = chan_ref(t->chan);
    timer_drop(t);
    return c;
}

struct chan *timer_chan(struct timer *t)
{
    return t->chan;
}

bool timer_stop(struct timer *t)
{
    return disarm(t);
}

bool timer_reset(struct timer *t, int64_t nanoseconds)
{
    bool was_armed = disarm(t);
    arm(t, task_clock_after(nanoseconds));
    return was_armed;
}

void timer_drop(struct timer *t)
{
    if (t)
        release(t);
}

/* --- Tickers -------------------------------------------------------------------------------- */

static void require_period(int64_t period, const char *what)
{
    if (period <= 0)
        task_panic("non-positive interval for %s", what);
}

struct ticker *ticker_new(int64_t period)
{
    require_period(period, "NewTicker");
    struct timer *t = make(sizeof *t, true, CALLER);
    t->period = period;
    arm(t, task_clock_after(period));
    return (struct ticker *)t;
}

struct chan *ticker_chan(struct ticker *t)
{
    return t->timer.chan;
}

void ticker_stop(struct ticker *t)
{
    disarm(&t->timer);
}

void ticker_reset(struct ticker *t, int64_t period)
{
    require_period(period, "Ticker.Reset");
    disarm(&t->timer);
    t->timer.period = period;
    arm(&t->timer, task_clock_after(period));
}

void ticker_drop(struct ticker *t)
{
    if (t)
        release(&t->timer);
}

/* --- From outside --------------------------------------------------------------------------------- */

struct timer_visit {
    bool (*visit)(const struct timer_info *timer, void *arg);
    void *arg;
};

static bool visit_timer(struct deadline *d, void *arg)
{
    const struct timer_visit *v = arg;
    const struct timer *t = (const struct timer *)d;
    if (d->fire != fire)
        return true; /* a sleep or a context */
    struct timer_info info = {.due = d->when,
                              .period = t->chan ? t->period : 0,
                              .made_at = made_where(t->made),
                              .chan = t->chan};
    return v->visit(&info, v->arg);
}

void timer_each(bool (*visit)(const struct timer_info *timer, void *arg), void *arg)
{
    task_deadline_each(visit_timer, &(struct timer_visit){visit, arg});
}

void task_timer_trace(const struct timer *timer, struct tracer *t)
{
    t->reach(t, timer->chan);
    t->reach(t, timer->arg);
}
