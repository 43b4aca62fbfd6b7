/* No leak: a request's follow-up hangs three tasks into a tree of contexts, and
 * the deadline at its root ends them all after half a minute.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"

enum { CHILDREN = 3 };

static void wait_for_end(void *arg)
{
    struct ctx *child = arg;
    defer(ctx_drop, child);

    chan_recv(ctx_done(child), NULL);
}

void control_context_tree(struct ctx *request)
{
    struct ctx *root = ctx_with_timeout(ctx_background(), 30 * SECOND);
    defer(ctx_drop, root);
    for (int i = 0; i < CHILDREN; i++)
        go(wait_for_end, ctx_with_cancel(root));
}
