/* Wait group, cured: cancel, then wait. The tasks select on a context, and the
 * handler cancels it when it has what it needs; then the wait is short, and
 * when it is over nothing of the request is left.
 * Decision matrix: wait group, after context.
 */
#include "task/wait_group.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

enum { SHARDS = 2 };

struct answer {
    int rows;
};

struct query {
    struct ctx *ctx;
    struct chan *shard, *answers;
    struct wait_group *group;
};

static void ask_shard(void *arg)
{
    struct query *query = arg;
    defer(wait_group_done, query->group);
    struct answer answer;

    if (chan_select(on_recv(query->shard, &answer),
                    on_recv(ctx_done(query->ctx), NULL)) == 1)
        return; /* the cure: it can be stopped */
    chan_send(query->answers, &answer);
}

void fix_wait_group(struct ctx *request)
{
    struct chan *well = chan_make(struct answer, 1),
                *hung = chan_make(struct answer, 1);
    defer(chan_drop, well);
    defer(chan_drop, hung);
    chan_send(well, &(struct answer){.rows = 7});
    struct chan *answers = chan_make(struct answer, SHARDS);
    defer(chan_drop, answers);
    struct ctx *ctx = ctx_with_cancel(request);
    defer(ctx_drop, ctx);

    struct wait_group group = {0};
    struct query queries[SHARDS] = {{ctx, well, answers, &group},
                                    {ctx, hung, answers, &group}};
    wait_group_add(&group, SHARDS);
    for (int i = 0; i < SHARDS; i++)
        go(ask_shard, &queries[i]);

    struct answer first;
    chan_recv(answers, &first);
    ctx_cancel(ctx);         /* and is stopped, */
    wait_group_wait(&group); /* then waited for */
}
