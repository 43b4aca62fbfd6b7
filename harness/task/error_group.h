/* An error group: tasks that work on parts of one thing, and the first error among them.
 *
 *     struct error_group group = {0};
 *     struct ctx *ctx = error_group_with_context(&group, request);
 *     defer(ctx_drop, ctx);
 *     for (int i = 0; i < SHARDS; i++)
 *         error_group_go(&group, ask_shard, &queries[i]);
 *     int error = error_group_wait(&group);
 *
 * Zero-initialized it is ready for use: without a context, without a limit. It lives until
 * error_group_wait() has returned. An error is a number other than 0: a negative errno, or the
 * caller's own.
 */
#pragma once

#include "task/ctx.h"
#include "task/semaphore.h"
#include "task/task.h"
#include "task/wait_group.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct error_group {
    /* The runtime's own. */
    struct wait_group tasks;
    int64_t active;
    struct semaphore slots;
    bool limited;
    int error;
    struct ctx *ctx;
};

/* A child of parent with one reference, the caller's, that is cancelled with the group's first error,
 * and when error_group_wait() returns. Before the first task. */
struct ctx *error_group_with_context(struct error_group *group, struct ctx *parent);

/* At most n tasks at once; a negative n: any number. While tasks are running: panic. */
void error_group_set_limit(struct error_group *group, int64_t n);

/* Runs fn(arg) in a task of the group; fn returns 0, or what went wrong. Parks while the group is at
 * its limit. Returns false where there is no memory for a stack, as go() does: task_error(). */
#define error_group_go(group, fn, ...) error_group_go_at((group), (fn), __VA_ARGS__, TASK_SITE_(fn))
bool error_group_go_at(struct error_group *group, int (*fn)(void *arg), void *arg,
                       const struct task_site *site);

/* The same without parking: false where the group is at its limit, too. */
#define error_group_try_go(group, fn, ...)                                                         \
    error_group_try_go_at((group), (fn), __VA_ARGS__, TASK_SITE_(fn))
bool error_group_try_go_at(struct error_group *group, int (*fn)(void *arg), void *arg,
                           const struct task_site *site);

/* Parks until all tasks of the group have ended. Returns the first error, or 0. */
int error_group_wait(struct error_group *group);

#ifdef __cplusplus
}
#endif
