/* Calls that wait for the end of a context.
 *
 * Invariant: while it waits, the call holds a reference to itself, and its watch one to the context.
 */
#include "task/counted.h"
#include "task/ctx.h"
#include "task/ctx_watch.h"
#include "task/panic.h"
#include "task/sched.h"
#include <stdlib.h>

struct ctx_after {
    struct ctx_watch watch; /* first: the watch is the call */
    void (*fn)(void *arg);
    void *arg;
    const struct task_site *site;
    bool waits;
    _Alignas(8) struct counted counted;
};

_Static_assert(offsetof(struct ctx_after, counted) == COUNTED_AT, "where a proof looks for it");

static void start(const struct ctx_after *after)
{
    if (!task_spawn(after->fn, after->arg, after->site))
        task_fatal("a context's end can not be told: %s", task_error());
}

static void fire(struct ctx_watch *w)
{
    struct ctx_after *after = (struct ctx_after *)w;
    after->waits = false;
    start(after);
    task_ctx_unwatch(w);
    ctx_after_drop(after);
}

struct ctx_after *ctx_after_func_at(struct ctx *c, void (*fn)(void *arg), void *arg,
                                    const struct task_site *site)
{
    if (!fn)
        task_panic_at("ctx_after_func() with NULL for a function",
                      (struct panic_site[]){{"called at", CALLER}, {0, 0}});
    struct ctx_after *after = sched_allocate(sizeof *after, "a call after a context's end");
    *after = (struct ctx_after){{.fire = fire},
                                .fn = fn,
                                .arg = arg,
                                .site = site,
                                .counted = {COUNTED_AFTER, .references = 1}};
    after->waits = task_ctx_watch(c, &after->watch);
    if (after->waits)
        after->counted.references++;
    else
        start(after);
    return after;
}

bool ctx_after_stop(struct ctx_after *after)
{
    if (!after->waits)
        return false;
    after->waits = false;
    task_ctx_unwatch(&after->watch);
    after->counted.references--; /* the caller holds another */
    return true;
}

void ctx_after_drop(struct ctx_after *after)
{
    if (!after || --after->counted.references)
        return;
    counted_end(&after->counted);
    free(after);
}

void task_after_trace(const struct ctx_after *after, struct tracer *t)
{
    t->reach(t, after->arg);
}

void task_after_references(const struct ctx_after *after, struct tracer *t)
{
    t->reach(t, after->arg);
    if (after->waits) {
        t->reach(t, after->watch.ctx);
        t->reach(t, after);
    }
}
