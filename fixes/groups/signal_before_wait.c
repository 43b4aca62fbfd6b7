/* Signal before wait, cured: a condition is about something that can be looked
 * at. Look first, and wait in a loop for as long as it is not so.
 * Decision matrix: none of the five; look before you wait.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/shared.h"
#include "task/task.h"

struct plugin {
    struct mutex lock;
    struct cond activated;
    bool active;
    int uses;
};

static void activate(struct plugin *plugin)
{
    mutex_lock(&plugin->lock);
    plugin->active = true;
    cond_broadcast(&plugin->activated);
    mutex_unlock(&plugin->lock);
}

static void use(void *arg)
{
    struct plugin *plugin = arg;
    defer(shared_drop, plugin);
    mutex_lock(&plugin->lock);
    defer(mutex_unlock, &plugin->lock);

    while (!plugin->active) /* the cure */
        cond_wait(&plugin->activated);
    plugin->uses++;
}

void fix_signal_before_wait(struct ctx *request)
{
    struct plugin *plugin = shared_new(sizeof *plugin, NULL);
    defer(shared_drop, plugin);
    plugin->activated.mutex = &plugin->lock;

    activate(plugin);
    go(use, shared_ref(plugin));
}
