/* Who is told of a context's end without a channel: parked tasks, and calls. Private to task/. */
#pragma once

#include "task/ctx.h"

/* Embedded in what wants to be told. It holds a reference to its context meanwhile. */
struct ctx_watch {
    struct ctx *ctx;
    struct ctx_watch *next, **link; /* link: what points to it; NULL while it is in no list */
    void (*fire)(struct ctx_watch *w);
};

/* Has w->fire(w) called once, when c ends: w is then out of the list. It must not park, nor end
 * contexts. Returns false, and does nothing, where c has ended already. */
bool task_ctx_watch(struct ctx *c, struct ctx_watch *w);

/* Takes back a watch that has not fired. */
void task_ctx_unwatch(struct ctx_watch *w);
