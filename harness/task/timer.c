/* Timers and tickers.
 *
 * Invariants:
 * - An armed timer holds a reference to itself, so nothing that fires is gone.
 * - A timer's channel has room for one; a tick that finds it full is skipped; a stop or reset
 *   empties it, so that no stale value is received afterwards.
 */
#include "task/timer.h"
#include "task/chan.h"
#include "task/clock.h"
#include "task/inspect.h"
#include "task/panic.h"
#include "task/sched.h"
#include <stdlib.h>

/* One line of the cache: where there are many, that is most of what firing one costs. */
struct timer {
    struct deadline deadline; /* first: the deadline is the timer; what it fires says its kind */
    size_t references;
    union {
        struct {
            struct chan *chan;
            int64_t period; /* of a ticker; 0: sends once */
        };
        struct {
            void (*fn)(void *arg); /* of one that calls */
            void *arg;
        };
    };
    const void *made_at;
};

_Static_assert(sizeof(void *) < 8 || sizeof(struct timer) == 64, "one line of the cache");

/* A ticker is a timer with a period. Two types, so that neither is mistaken for the other. */
struct ticker {
    struct timer timer;
};

static void fire_call(struct deadline *d);

static bool calls(const struct timer *t)
{
    return t->deadline.fire == fire_call;
}

static void release(struct timer *t)
{
    if (--t->references)
        return;
    if (!calls(t))
        chan_drop(t->chan);
    task_stats.timers--;
    free(t);
}

static void arm(struct timer *t, int64_t when)
{
    if (!t->deadline.place)
        t->references++;
    t->deadline.when = when;
    task_clock_arm(&t->deadline);
}

static bool disarm(struct timer *t)
{
    bool unreceived = !calls(t) && chan_len(t->chan) && chan_try_recv(t->chan, 0, 0);
    if (!task_clock_disarm(&t->deadline))
        return unreceived;
    t->references--; /* the caller holds another */
    return true;
}

static void fire_call(struct deadline *d)
{
    struct timer *t = (struct timer *)d;
    t->fn(t->arg);
    release(t);
}

static void fire_send(struct deadline *d)
{
    struct timer *t = (struct timer *)d;
    int64_t now = clock_now();
    if (t->period) {
        /* The clock's reference stays with it. Ticks that were missed are not made up for. */
        int64_t late = (now - d->when) % t->period;
        d->when = task_time_add(now - late, t->period);
        task_clock_arm(d);
    }
    chan_try_send(t->chan, &now);
    if (!t->period)
        release(t);
}

static struct timer *make(void (*fire)(struct deadline *d), const void *made_at)
{
    struct timer *t = sched_allocate(sizeof *t, "a timer");
    /* Field by field, as a channel. */
    t->deadline.fire = fire;
    t->deadline.place = 0;
    t->references = 1;
    t->made_at = made_at;
    task_stats.timers++;
    return t;
}

static struct timer *make_sending(int64_t period, const void *made_at)
{
    struct timer *t = make(fire_send, made_at);
    t->chan = chan_make(int64_t, 1);
    t->period = period;
    return t;
}

static struct timer *make_armed(int64_t nanoseconds, const void *made_at)
{
    struct timer *t = make_sending(0, made_at);
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
    struct timer *t = make(fire_call, CALLER);
    t->fn = fn;
    t->arg = arg;
    arm(t, task_clock_after(nanoseconds));
    return t;
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
    return calls(t) ? 0 : t->chan;
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
    struct timer *t = make_sending(period, CALLER);
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
    if (d->fire != fire_call && d->fire != fire_send)
        return true; /* a sleep or a context */
    struct timer_info info = {.due = d->when, .made_at = t->made_at};
    if (!calls(t)) {
        info.period = t->period;
        info.chan = t->chan;
    }
    return v->visit(&info, v->arg);
}

void timer_each(bool (*visit)(const struct timer_info *timer, void *arg), void *arg)
{
    task_deadline_each(visit_timer, &(struct timer_visit){visit, arg});
}
