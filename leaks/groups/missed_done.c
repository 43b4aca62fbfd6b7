/* Missed done, leaking: each worker says done as its last line. One has
 * nothing to do and returns early, past that line; the group never comes to
 * zero, and the handler waits for a worker that ended long ago.
 * Decision matrix: wait group.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/wait_group.h"

enum { SHARDS = 3 };

struct shard {
    struct wait_group *group;
    int rows, compacted;
};

static void compact(void *arg)
{
    struct shard *shard = arg;

    if (shard->rows == 0)
        return;
    shard->compacted = shard->rows;
    wait_group_done(shard->group);
}

void leak_missed_done(struct ctx *request)
{
    struct wait_group group = {0};
    struct shard shards[SHARDS] = {
        {&group, 7, 0}, {&group, 0, 0}, {&group, 3, 0}};

    wait_group_add(&group, SHARDS);
    for (int i = 0; i < SHARDS; i++)
        go(compact, &shards[i]);
    wait_group_wait(&group); /* parks here, for ever */
}
