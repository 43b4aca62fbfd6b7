/* Contexts.
 *
 * Invariants:
 * - A child holds a reference to its parent and stands in its list of children while neither has
 *   ended; a parent holds none to a child. A parent that never ends has no list.
 * - An ended context has an error, a cause, a closed done channel if ever one was asked for, no
 *   deadline armed, no children in its list and nobody who watches it.
 * - Of a context that goes on, the nearest armed deadline from it upwards is the one it has.
 * - Ending is one event: the whole tree has ended before anybody is told.
 */
#include "task/ctx.h"
#include "task/chan_queue.h"
#include "task/clock.h"
#include "task/counted.h"
#include "task/ctx_watch.h"
#include "task/lifetime.h"
#include "task/made.h"
#include "task/sched.h"
#include <stdlib.h>

struct ctx {
    struct ctx *parent;
    struct ctx *children, *next_sibling, *previous_sibling;
    struct ctx_watch *watches;
    struct chan *done; /* made when first asked for */
    const char *cause; /* once it has ended; before that, what its own deadline will say */
    enum ctx_error error;
    bool has_deadline; /* deadline.when is valid */
    bool endless;      /* never ends: its parent's end is not its own */
    struct counted counted;
    uint32_t made;            /* task/made.h */
    struct deadline deadline; /* fires expire() */
    const void *key;
    void *value;
    struct lifetime lifetime;
};

_Static_assert(offsetof(struct ctx, counted) == COUNTED_AT, "where a proof looks for it");

static NOT_SCANNED struct ctx background = {.counted = {.references = 1}, .endless = true};

struct ctx *ctx_background(void)
{
    return &background;
}

static void leave_parent(struct ctx *c)
{
    if (c->previous_sibling)
        c->previous_sibling->next_sibling = c->next_sibling;
    else if (c->parent->children == c)
        c->parent->children = c->next_sibling;
    if (c->next_sibling)
        c->next_sibling->previous_sibling = c->previous_sibling;
    c->next_sibling = c->previous_sibling = 0;
}

static void join_parent(struct ctx *c)
{
    c->next_sibling = c->parent->children;
    if (c->next_sibling)
        c->next_sibling->previous_sibling = c;
    c->parent->children = c;
}

/* Puts who watched c before those that are to be told. */
static void take_watches(struct ctx *c, struct ctx_watch **told)
{
    while (c->watches) {
        struct ctx_watch *w = c->watches;
        c->watches = w->next;
        w->link = 0;
        w->next = *told;
        *told = w;
    }
}

static void end(struct ctx *c, enum ctx_error error, const char *cause, struct ctx_watch **told)
{
    c->error = error;
    c->cause = cause;
    task_clock_disarm(&c->deadline);
    leave_parent(c);
    if (c->done)
        chan_close(c->done);
    if (c->watches)
        take_watches(c, told);
}

static void tell(struct ctx_watch *w)
{
    while (w) {
        struct ctx_watch *next = w->next;
        w->fire(w);
        w = next;
    }
}

/* The whole tree below root, parents first, without recursion: it may be deep. */
static void end_tree(struct ctx *root, enum ctx_error error, const char *cause)
{
    if (root->endless || root->error)
        return;
    struct ctx *above = root->parent;
    struct ctx_watch *told = 0;
    end(root, error, cause, &told);
    for (struct ctx *c = root; c != above;) {
        struct ctx *child = c->children;
        if (child) {
            end(child, error, cause, &told); /* and out of the list: the next one moves up */
            c = child;
        } else {
            c = c == root ? above : c->parent;
        }
    }
    tell(told);
}

static void expire(struct deadline *d)
{
    struct ctx *c = (struct ctx *)((char *)d - offsetof(struct ctx, deadline));
    end_tree(c, CTX_DEADLINE_EXCEEDED, c->cause);
}

bool task_ctx_watch(struct ctx *c, struct ctx_watch *w)
{
    if (ctx_err(c))
        return false;
    w->ctx = ctx_ref(c);
    w->link = 0;
    if (c->endless)
        return true;
    w->next = c->watches;
    if (w->next)
        w->next->link = &w->next;
    w->link = &c->watches;
    c->watches = w;
    return true;
}

void task_ctx_unlink(struct ctx_watch *w)
{
    if (!w->link)
        return;
    *w->link = w->next;
    if (w->next)
        w->next->link = w->link;
    w->link = 0;
}

void task_ctx_unwatch(struct ctx_watch *w)
{
    task_ctx_unlink(w);
    ctx_drop(w->ctx);
}

/* --- Making --------------------------------------------------------------------------------- */

static struct ctx *make(struct ctx *parent, const void *at)
{
    if (!parent)
        task_panic("cannot create context from nil parent");
    lifetime_check(&parent->lifetime);
    struct ctx *c = sched_allocate(sizeof *c, "a context");
    c->parent = ctx_ref(parent);
    c->children = c->next_sibling = c->previous_sibling = 0;
    c->watches = 0;
    c->counted = (struct counted){COUNTED_CTX, .references = 1};
    c->done = 0;
    c->error = parent->error;
    c->has_deadline = parent->has_deadline;
    c->endless = false;
    c->cause = parent->error ? parent->cause : 0;
    c->deadline.when = parent->deadline.when;
    c->deadline.place = 0;
    c->key = 0;
    c->value = 0;
    if (!c->error && !parent->endless)
        join_parent(c);
    c->made = made_add(MADE_CONTEXT, at);
    lifetime_begin(&c->lifetime, "context");
    task_stats.contexts++;
    return c;
}

struct ctx *ctx_with_cancel(struct ctx *parent)
{
    return make(parent, CALLER);
}

struct ctx *ctx_without_cancel(struct ctx *parent)
{
    struct ctx *c = make(parent, CALLER);
    leave_parent(c);
    c->endless = true;
    c->has_deadline = false;
    c->error = CTX_OK;
    c->cause = 0;
    return c;
}

static struct ctx *make_with_deadline(struct ctx *parent, int64_t when, const char *cause,
                                      const void *at)
{
    struct ctx *c = make(parent, at);
    if (c->has_deadline && c->deadline.when <= when)
        return c; /* the parent's comes first */
    c->has_deadline = true;
    c->deadline.when = when;
    c->deadline.fire = expire;
    if (c->error)
        return c;
    c->cause = cause;
    if (when <= clock_now())
        expire(&c->deadline);
    else
        task_clock_arm(&c->deadline);
    return c;
}

struct ctx *ctx_with_deadline(struct ctx *parent, int64_t when)
{
    return make_with_deadline(parent, when, 0, CALLER);
}

struct ctx *ctx_with_deadline_cause(struct ctx *parent, int64_t when, const char *cause)
{
    return make_with_deadline(parent, when, cause, CALLER);
}

struct ctx *ctx_with_timeout_cause(struct ctx *parent, int64_t nanoseconds, const char *cause)
{
    return make_with_deadline(parent, task_clock_after(nanoseconds), cause, CALLER);
}

struct ctx *ctx_with_timeout(struct ctx *parent, int64_t nanoseconds)
{
    return make_with_deadline(parent, task_clock_after(nanoseconds), 0, CALLER);
}

struct ctx *ctx_with_value(struct ctx *parent, const void *key, void *value)
{
    if (!key)
        task_panic("nil key");
    struct ctx *c = make(parent, CALLER);
    c->key = key;
    c->value = value;
    return c;
}

void *ctx_value(struct ctx *c, const void *key)
{
    if (c)
        lifetime_check(&c->lifetime);
    for (; c; c = c->parent)
        if (c->key == key && key)
            return c->value;
    return 0;
}

struct ctx *ctx_ref(struct ctx *c)
{
    lifetime_check(&c->lifetime);
    if (c != &background)
        c->counted.references++;
    return c;
}

void ctx_drop(struct ctx *c)
{
    if (c)
        lifetime_check_drop(&c->lifetime);
    while (c && c != &background && --c->counted.references == 0) {
        struct ctx *parent = c->parent;
        task_clock_disarm(&c->deadline);
        leave_parent(c);
        chan_drop(c->done);
        made_drop(c->made);
        task_stats.contexts--;
        counted_end(&c->counted);
        lifetime_end(&c->lifetime);
        lifetime_free(&c->lifetime, c, sizeof *c);
        c = parent;
    }
}

void ctx_cancel(struct ctx *c)
{
    lifetime_check(&c->lifetime);
    end_tree(c, CTX_CANCELED, 0);
}

void ctx_cancel_cause(struct ctx *c, const char *cause)
{
    lifetime_check(&c->lifetime);
    end_tree(c, CTX_CANCELED, cause);
}

/* --- Whether it has ended ------------------------------------------------------------------- */

/* Under the virtual clock time stands still while a task runs, and one that only asks whether its time
 * is over would ask for ever. So where one has asked often and never parked in between, it is taken to
 * work meanwhile, a microsecond each time. */
static void count_virtual_look(void)
{
    enum { FREE_LOOKS = 1000 };
    static struct {
        uint64_t task, parks, looks;
    } last;
    const struct task *me = task_sched.current;
    if (!me)
        return;
    if (me->id != last.task || me->parks != last.parks) {
        last.task = me->id;
        last.parks = me->parks;
        last.looks = 0;
    }
    if (++last.looks > FREE_LOOKS)
        task_clock_spend(MICROSECOND);
}

/* A deadline fires in the loop, which a task that never parks keeps waiting: so who asks looks, too. */
static void look_at_clock(struct ctx *c)
{
    if (clock_is_virtual())
        count_virtual_look();
    if (!task_clock_has_passed(c->deadline.when))
        return;
    while (!c->deadline.place)
        c = c->parent;
    task_clock_disarm(&c->deadline);
    expire(&c->deadline);
}

enum ctx_error ctx_err(struct ctx *c)
{
    lifetime_check(&c->lifetime);
    if (c->has_deadline && !c->error)
        look_at_clock(c);
    return c->error;
}

struct chan *ctx_done(struct ctx *c)
{
    lifetime_check(&c->lifetime);
    if (c->endless)
        return 0;
    bool ended = ctx_err(c);
    if (!c->done) {
        c->done = chan_make_owned(0, 0, CHAN_OF_CONTEXT, 0, made_where(c->made));
        if (ended)
            chan_close(c->done);
    }
    return c->done;
}

const char *ctx_error_text(enum ctx_error error)
{
    switch (error) {
    case CTX_OK:
        return "ok";
    case CTX_CANCELED:
        return "context canceled";
    case CTX_DEADLINE_EXCEEDED:
        return "context deadline exceeded";
    }
    return "unknown";
}

const char *ctx_cause(struct ctx *c)
{
    if (!ctx_err(c))
        return 0;
    return c->cause ? c->cause : ctx_error_text(c->error);
}

bool ctx_deadline(struct ctx *c, int64_t *when)
{
    lifetime_check(&c->lifetime);
    if (c->has_deadline)
        *when = c->deadline.when;
    return c->has_deadline;
}

/* --- For a proof -------------------------------------------------------------------------------- */

/* Who has a context can end it, and with it those below; of those above it sees the values alone. */
void task_ctx_trace(const struct ctx *c, struct tracer *t)
{
    for (const struct ctx *child = c->children; child; child = child->next_sibling)
        t->reach(t, child);
    for (const struct ctx_watch *w = c->watches; w; w = w->next)
        t->wake(t, w);
    t->reach(t, c->done);
    t->reach(t, c->cause);
    for (; c; c = c->parent)
        t->reach(t, c->value);
}

void task_ctx_references(const struct ctx *c, struct tracer *t)
{
    t->reach(t, c->parent);
    t->reach(t, c->done);
    t->reach(t, c->value);
    for (const struct ctx_watch *w = c->watches; w; w = w->next)
        t->wake(t, w);
}
