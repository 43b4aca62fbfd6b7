/* Wait in the loop, leaking: three plugins are to be restored at once, so
 * three are added to the group, and each is started in a loop. The wait stands
 * one line too high, within the loop: it waits for all three when one is
 * started. Seen in moby#25384.
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

void leak_wait_in_the_loop(struct ctx *request)
{
    struct wait_group group = {0};
    struct plugin plugins[PLUGINS];

    wait_group_add(&group, PLUGINS);
    for (int i = 0; i < PLUGINS; i++) {
        plugins[i] = (struct plugin){.group = &group};
        go(restore, &plugins[i]);
        wait_group_wait(&group); /* parks here, for ever */
    }
}
