/* Timers and tickers.
 *
 * A timer that sends is one block with its channel, which comes first: their addresses are one, and the
 * block goes with the channel. A timer that calls has a block of its own.
 *
 * Invariants:
 * - An armed timer holds a reference to itself, so nothing that fires is gone.
 * - A timer that sends holds one reference to its channel, however many hold the timer.
 * - A timer's channel has room for one; a tick that finds it full is skipped; a stop or reset
 *   empties it, so that no stale value is received afterwards.
 */
#include "task/timer.h"
#include "task/chan_queue.h"
#include "task/clock.h"
#include "task/counted.h"
#include "task/inspect.h"
#include "task/lifetime.h"
#include "task/made.h"
#include "task/panic.h"
#include "task/sched.h"
#include <stdlib.h>

/* A timer that calls. */
struct caller {
    struct deadline deadline; /* first: the deadline is the caller */
    void (*fn)(void *arg);
    void *arg;
    const struct task_site *site; /* of the task that fn runs in; NULL: on the scheduler's stack */
    struct counted counted;
    uint32_t made; /* task/made.h */
    struct lifetime lifetime;
};

_Static_assert(offsetof(struct caller, counted) == COUNTED_AT, "where a proof looks for it");

/* What a timer that sends has behind its channel's buffer. */
struct sender {
    struct deadline deadline; /* first: the deadline is the sender */
    int64_t period;           /* of a ticker; 0: sends once */
    uint32_t references;      /* to the timer */
    uint32_t made;
    struct lifetime lifetime;
};

enum { SENDER_AT = offsetof(struct chan, buffer) + sizeof(int64_t) };

static struct sender *sender_of(struct chan *c)
{
    return (struct sender *)((char *)c + SENDER_AT);
}

static struct chan *chan_of(struct sender *s)
{
    return (struct chan *)((char *)s - SENDER_AT);
}

/* Either kind. */
struct parts {
    struct deadline *deadline;
    uint32_t *references, made;
    struct chan *chan; /* NULL where it calls */
};

static inline struct parts parts_of(struct timer *t)
{
    struct caller *caller = (struct caller *)t;
    if (caller->counted.kind == (uint32_t)COUNTED_TIMER)
        return (struct parts){&caller->deadline, &caller->counted.references, caller->made, 0};
    struct chan *c = (struct chan *)t;
    struct sender *s = sender_of(c);
    return (struct parts){&s->deadline, &s->references, s->made, c};
}

static void release(struct timer *t)
{
    struct parts p = parts_of(t);
    if (--*p.references)
        return;
    made_drop(p.made);
    task_stats.timers--;
    if (p.chan) {
        chan_drop(p.chan);
        return;
    }
    struct caller *c = (struct caller *)t;
    counted_end(&c->counted);
    lifetime_free(&c->lifetime, c, sizeof *c);
}

/* --- Who holds a timer: one, from its make to its drop ------------------------------------------ */

#ifdef TASK_DEBUG
/* Of a timer that calls: known by its address, also once all else of it is overwritten. */
static const char calling[] = "timer";

static struct lifetime *lifetime_of(struct timer *t)
{
    struct caller *c = (struct caller *)t;
    return c->lifetime.what == calling ? &c->lifetime : &sender_of((struct chan *)t)->lifetime;
}

static void check_held(struct timer *t)
{
    lifetime_check(lifetime_of(t));
}

static void end_hold(struct timer *t)
{
    lifetime_check_drop(lifetime_of(t));
    lifetime_end(lifetime_of(t));
}
#else
static const char calling[] = "timer";

static void check_held(struct timer *t)
{
    (void)t;
}

static void end_hold(struct timer *t)
{
    (void)t;
}
#endif

static void arm(struct timer *t, int64_t when)
{
    struct parts p = parts_of(t);
    if (!p.deadline->place)
        ++*p.references;
    p.deadline->when = when;
    task_clock_arm(p.deadline);
}

static bool disarm(struct timer *t)
{
    struct parts p = parts_of(t);
    bool unreceived = p.chan && p.chan->length && chan_try_recv(p.chan, 0, 0);
    if (!task_clock_disarm(p.deadline))
        return unreceived;
    --*p.references; /* the caller holds another */
    return true;
}

static void send(struct deadline *d)
{
    struct sender *s = (struct sender *)d;
    struct chan *c = chan_of(s);
    int64_t now = clock_now();
    bool again = s->period;
    if (again) {
        /* The clock's reference stays with it. Ticks that were missed are not made up for. */
        int64_t late = (now - d->when) % s->period;
        d->when = task_time_add(now - late, s->period);
        task_clock_arm(d);
    }
    chan_try_send(c, &now);
    if (!again)
        release((struct timer *)c);
}

static void call(struct deadline *d)
{
    const struct caller *c = (const struct caller *)d;
    if (!c->site)
        c->fn(c->arg);
    else if (!task_spawn(c->fn, c->arg, c->site))
        task_fatal("a timer can not call %s: %s", c->site->entry, task_error());
    release((struct timer *)d);
}

/* --- Timers --------------------------------------------------------------------------------- */

static struct timer *make_sender(int64_t nanoseconds, int64_t period, const void *at)
{
    struct chan *c = chan_make_owned(sizeof(int64_t), 1, CHAN_OF_TIMER, sizeof(struct sender), at);
    struct sender *s = sender_of(c);
    /* Field by field, as a channel. */
    s->deadline.fire = send;
    s->deadline.place = 0;
    s->period = period;
    s->references = 2; /* the caller's and the clock's */
    s->made = made_add(MADE_TIMER, at);
    lifetime_begin(&s->lifetime, period ? "ticker" : "timer");
    task_stats.timers++;
    s->deadline.when = task_clock_after(nanoseconds);
    task_clock_arm(&s->deadline);
    return (struct timer *)c;
}

static struct timer *make_caller(int64_t nanoseconds, void (*fn)(void *arg), void *arg,
                                 const struct task_site *site, const void *at)
{
    struct caller *c = sched_allocate(sizeof *c, "a timer");
    c->deadline.fire = call;
    c->deadline.place = 0;
    c->fn = fn;
    c->arg = arg;
    c->site = site;
    c->counted = (struct counted){COUNTED_TIMER, .references = 2}; /* the caller's, the clock's */
    c->made = made_add(MADE_TIMER, at);
    lifetime_begin(&c->lifetime, calling);
    task_stats.timers++;
    c->deadline.when = task_clock_after(nanoseconds);
    task_clock_arm(&c->deadline);
    return (struct timer *)c;
}

struct timer *timer_new(int64_t nanoseconds)
{
    return make_sender(nanoseconds, 0, CALLER);
}

struct timer *timer_func(int64_t nanoseconds, void (*fn)(void *arg), void *arg)
{
    if (!fn)
        task_panic_at("timer_func() with NULL for a function",
                      (struct panic_site[]){{"called at", CALLER}, {0, 0}});
    return make_caller(nanoseconds, fn, arg, 0, CALLER);
}

struct timer *timer_go_at(int64_t nanoseconds, void (*fn)(void *arg), void *arg,
                          const struct task_site *site)
{
    if (!fn)
        task_panic_at("timer_go() with NULL for a function",
                      (struct panic_site[]){{"called at", CALLER}, {0, 0}});
    return make_caller(nanoseconds, fn, arg, site, CALLER);
}

struct chan *timer_after(int64_t nanoseconds)
{
    struct timer *t = make_sender(nanoseconds, 0, CALLER);
    struct chan *c = chan_ref(timer_chan(t));
    timer_drop(t);
    return c;
}

struct chan *timer_chan(struct timer *t)
{
    check_held(t);
    return parts_of(t).chan;
}

bool timer_stop(struct timer *t)
{
    check_held(t);
    return disarm(t);
}

bool timer_reset(struct timer *t, int64_t nanoseconds)
{
    check_held(t);
    bool was_armed = disarm(t);
    arm(t, task_clock_after(nanoseconds));
    return was_armed;
}

void timer_drop(struct timer *t)
{
    if (!t)
        return;
    end_hold(t);
    release(t);
}

/* --- Tickers -------------------------------------------------------------------------------- */

/* A ticker is a timer with a period. Two types, so that neither is mistaken for the other. */
static struct timer *timer_of(struct ticker *t)
{
    return (struct timer *)t;
}

static void require_period(int64_t period, const char *what)
{
    if (period <= 0)
        task_panic("non-positive interval for %s", what);
}

struct ticker *ticker_new(int64_t period)
{
    require_period(period, "NewTicker");
    return (struct ticker *)make_sender(period, period, CALLER);
}

struct chan *ticker_chan(struct ticker *t)
{
    return timer_chan(timer_of(t));
}

void ticker_stop(struct ticker *t)
{
    check_held(timer_of(t));
    disarm(timer_of(t));
}

void ticker_reset(struct ticker *t, int64_t period)
{
    require_period(period, "Ticker.Reset");
    check_held(timer_of(t));
    disarm(timer_of(t));
    sender_of(ticker_chan(t))->period = period;
    arm(timer_of(t), task_clock_after(period));
}

/* A task that is made to end may be the last that knows of it: it would tick for ever. */
static bool is_left_to_itself(struct timer *t)
{
    struct parts p = parts_of(t);
    return p.chan && p.deadline->place && *p.references == 2 && p.chan->counted.references == 1 &&
           task_is_made_to_end();
}

void ticker_drop(struct ticker *t)
{
    if (!t)
        return;
    end_hold(timer_of(t));
    if (is_left_to_itself(timer_of(t)))
        disarm(timer_of(t));
    release(timer_of(t));
}

/* --- From outside --------------------------------------------------------------------------------- */

struct timer_visit {
    bool (*visit)(const struct timer_info *timer, void *arg);
    void *arg;
};

static bool visit_timer(struct deadline *d, void *arg)
{
    const struct timer_visit *v = arg;
    struct timer_info info = {.due = d->when};
    if (d->fire == send) {
        struct sender *s = (struct sender *)d;
        info.period = s->period;
        info.made_at = made_where(s->made);
        info.chan = chan_of(s);
    } else if (d->fire == call) {
        info.made_at = made_where(((const struct caller *)d)->made);
    } else {
        return true; /* a sleep or a context */
    }
    return v->visit(&info, v->arg);
}

void timer_each(bool (*visit)(const struct timer_info *timer, void *arg), void *arg)
{
    task_deadline_each(visit_timer, &(struct timer_visit){visit, arg});
}

void task_timer_trace(const struct timer *timer, struct tracer *t)
{
    t->reach(t, ((const struct caller *)timer)->arg);
}
