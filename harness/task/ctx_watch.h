/* Who is told of a context's end without a channel: parked tasks, and calls. Private to task/. */
#pragma once

#include "task/ctx.h"

/* Embedded in what wants to be told. It holds a reference to its context from task_ctx_watch() to
 * task_ctx_unwatch(). */
struct ctx_watch {
    struct ctx *ctx;
    struct ctx_watch *next, **link; /* link: what points to it; NULL while it is in no list */
    void (*fire)(struct ctx_watch *w);
};

/* Has w->fire(w) called once, when c ends: w is then out of the list. It must neither park nor end
 * contexts. Returns false, and does nothing, where c has ended already. */
bool task_ctx_watch(struct ctx *c, struct ctx_watch *w);

/* Takes w out of the list, where it is in: it will not fire. For who wakes the task that watches. */
void task_ctx_unlink(struct ctx_watch *w);

/* The same, and gives the reference back. */
void task_ctx_unwatch(struct ctx_watch *w);
