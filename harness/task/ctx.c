/* Contexts.
 *
 * Invariants:
 * - A child holds a reference to its parent and stands in its list of children while it is not
 *   cancelled; a parent holds none to a child.
 * - A cancelled context has an error, a cause, a closed done channel if ever one was asked for, no
 *   deadline armed and no children in its list.
 */
#include "task/ctx.h"
#include "task/chan_queue.h"
#include "task/clock.h"
#include "task/made.h"
#include "task/sched.h"
#include <stdlib.h>

struct ctx {
    struct ctx *parent;
    struct ctx *children, *next_sibling, *previous_sibling;
    size_t references;
    struct chan *done; /* made when first asked for */
    enum ctx_error error;
    uint32_t made; /* task/made.h */
    const char *cause;
    struct deadline deadline; /* fires expire(); .when is valid where has_deadline */
    bool has_deadline;
    const void *key;
    void *value;
};

static struct ctx background = {.references = 1};

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

static void end(struct ctx *c, enum ctx_error error, const char *cause)
{
    c->error = error;
    c->cause = cause;
    task_clock_disarm(&c->deadline);
    leave_parent(c);
    if (c->done)
        chan_close(c->done);
}

/* The whole tree below root, parents first, without recursion: it may be deep. */
static void end_tree(struct ctx *root, enum ctx_error error, const char *cause)
{
    if (root == &background || root->error)
        return;
    struct ctx *above = root->parent;
    end(root, error, cause);
    for (struct ctx *c = root; c != above;) {
        struct ctx *child = c->children;
        if (child) {
            end(child, error, cause); /* and out of the list: the next one moves up */
            c = child;
        } else {
            c = c == root ? above : c->parent;
        }
    }
}

static void expire(struct deadline *d)
{
    struct ctx *c = (struct ctx *)((char *)d - offsetof(struct ctx, deadline));
    end_tree(c, CTX_DEADLINE_EXCEEDED, 0);
}

static struct ctx *make(struct ctx *parent, const void *at)
{
    struct ctx *c = sched_allocate(sizeof *c, "a context");
    c->parent = ctx_ref(parent);
    c->children = c->next_sibling = c->previous_sibling = 0;
    c->references = 1;
    c->done = 0;
    c->error = parent->error;
    c->cause = parent->cause;
    c->deadline.when = parent->deadline.when;
    c->deadline.place = 0;
    c->has_deadline = parent->has_deadline;
    c->key = 0;
    c->value = 0;
    if (!c->error)
        join_parent(c);
    c->made = made_add(MADE_CONTEXT, at);
    task_stats.contexts++;
    return c;
}

struct ctx *ctx_with_cancel(struct ctx *parent)
{
    return make(parent, CALLER);
}

static struct ctx *make_with_deadline(struct ctx *parent, int64_t when, const void *at)
{
    struct ctx *c = make(parent, at);
    if (c->error || (c->has_deadline && c->deadline.when <= when))
        return c; /* the parent's comes first */
    c->has_deadline = true;
    c->deadline.when = when;
    c->deadline.fire = expire;
    if (when <= clock_now())
        expire(&c->deadline);
    else
        task_clock_arm(&c->deadline);
    return c;
}

struct ctx *ctx_with_deadline(struct ctx *parent, int64_t when)
{
    return make_with_deadline(parent, when, CALLER);
}

struct ctx *ctx_with_timeout(struct ctx *parent, int64_t nanoseconds)
{
    return make_with_deadline(parent, task_clock_after(nanoseconds), CALLER);
}

struct ctx *ctx_with_value(struct ctx *parent, const void *key, void *value)
{
    struct ctx *c = make(parent, CALLER);
    c->key = key;
    c->value = value;
    return c;
}

void *ctx_value(struct ctx *c, const void *key)
{
    for (; c; c = c->parent)
        if (c->key == key && key)
            return c->value;
    return 0;
}

struct ctx *ctx_ref(struct ctx *c)
{
    if (c != &background)
        c->references++;
    return c;
}

void ctx_drop(struct ctx *c)
{
    while (c && c != &background && --c->references == 0) {
        struct ctx *parent = c->parent;
        task_clock_disarm(&c->deadline);
        leave_parent(c);
        chan_drop(c->done);
        made_drop(c->made);
        task_stats.contexts--;
        free(c);
        c = parent;
    }
}

void ctx_cancel(struct ctx *c)
{
    end_tree(c, CTX_CANCELED, 0);
}

void ctx_cancel_cause(struct ctx *c, const char *cause)
{
    end_tree(c, CTX_CANCELED, cause);
}

struct chan *ctx_done(struct ctx *c)
{
    if (c == &background)
        return 0;
    if (!c->done) {
        c->done = chan_make_owned(0, 0, CHAN_OF_CONTEXT, made_where(c->made));
        if (c->error)
            chan_close(c->done);
    }
    return c->done;
}

enum ctx_error ctx_err(struct ctx *c)
{
    return c->error;
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
    if (!c->error)
        return 0;
    return c->cause ? c->cause : ctx_error_text(c->error);
}

bool ctx_deadline(struct ctx *c, int64_t *when)
{
    if (c->has_deadline)
        *when = c->deadline.when;
    return c->has_deadline;
}
