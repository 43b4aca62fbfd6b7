/* Wait in the loop, cured: the wait stands behind the loop. To add one where
 * one is started makes the slip harmless: it is slow then, and no leak.
 * Decision matrix: wait group.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/wait_group.h"

enum { PLUGINS = 3 };

struct plugin {
    struct wait_group *group;
    bool restored;
};

static void restore(void *arg)
{
    struct plugin *plugin = arg;
    defer(wait_group_done, plugin->group);

    plugin->restored = true;
}

void fix_wait_in_the_loop(struct ctx *request)
{
    struct wait_group group = {0};
    struct plugin plugins[PLUGINS];

    wait_group_add(&group, PLUGINS);
    for (int i = 0; i < PLUGINS; i++) {
        plugins[i] = (struct plugin){.group = &group};
        go(restore, &plugins[i]);
    }
    wait_group_wait(&group); /* the cure */
}
