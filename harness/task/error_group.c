#include "task/error_group.h"
#include "task/defer.h"
#include "task/panic.h"
#include "task/sched.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct member {
    struct error_group *group;
    int (*fn)(void *arg);
    void *arg;
};

struct ctx *error_group_with_context(struct error_group *group, struct ctx *parent)
{
    group->ctx = ctx_with_cancel(parent);
    return ctx_ref(group->ctx);
}

void error_group_set_limit(struct error_group *group, int64_t n)
{
    if (group->active)
        task_panic("errgroup: modify limit while %" PRId64
                   " goroutines in the group are still active",
                   group->active);
    group->limited = n >= 0;
    group->slots.size = n;
}

/* In words, for the context. */
static const char *cause_of(int error)
{
    const char *words = error < 0 ? strerrordesc_np(-error) : 0;
    return words ? words : error ? "a task of the group failed" : 0;
}

static void end_member(struct error_group *group)
{
    group->active--;
    if (group->limited)
        semaphore_release(&group->slots, 1);
    wait_group_done(&group->tasks);
}

static void run_member(void *arg)
{
    struct member me = *(struct member *)arg;
    free(arg);
    defer(end_member, me.group);
    int error = me.fn(me.arg);
    if (!error || me.group->error)
        return;
    me.group->error = error;
    if (me.group->ctx)
        ctx_cancel_cause(me.group->ctx, cause_of(error));
}

static void require_fn(int (*fn)(void *arg), const void *caller)
{
    if (!fn)
        task_panic_at("error_group_go() with NULL for a function",
                      (struct panic_site[]){{"called at", caller}, {0, 0}});
}

/* The group has a slot for it. */
static bool start(struct error_group *group, int (*fn)(void *arg), void *arg,
                  const struct task_site *site)
{
    struct member *m = sched_allocate(sizeof *m, "a task of an error group");
    *m = (struct member){group, fn, arg};
    group->active++;
    wait_group_add(&group->tasks, 1);
    if (task_spawn(run_member, m, site))
        return true;
    free(m);
    end_member(group);
    return false;
}

bool error_group_go_at(struct error_group *group, int (*fn)(void *arg), void *arg,
                       const struct task_site *site)
{
    require_fn(fn, CALLER);
    if (group->limited)
        semaphore_acquire(ctx_background(), &group->slots, 1);
    return start(group, fn, arg, site);
}

bool error_group_try_go_at(struct error_group *group, int (*fn)(void *arg), void *arg,
                           const struct task_site *site)
{
    require_fn(fn, CALLER);
    if (group->limited && !semaphore_try_acquire(&group->slots, 1))
        return false;
    return start(group, fn, arg, site);
}

int error_group_wait(struct error_group *group)
{
    wait_group_wait(&group->tasks);
    if (group->ctx) {
        ctx_cancel_cause(group->ctx, cause_of(group->error));
        ctx_drop(group->ctx);
        group->ctx = 0;
    }
    return group->error;
}
