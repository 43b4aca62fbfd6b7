/* Signal before wait, leaking: a plugin is loaded, and signals that it is. Who
 * wants to use it waits for the signal; it comes a moment too late, the signal
 * is gone, and nobody remembers it. Seen in moby#30408.
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

    cond_wait(&plugin->activated); /* parks here, for ever */
    plugin->uses++;
}

void leak_signal_before_wait(struct ctx *request)
{
    struct plugin *plugin = shared_new(sizeof *plugin, NULL);
    defer(shared_drop, plugin);
    plugin->activated.mutex = &plugin->lock;

    activate(plugin);
    go(use, shared_ref(plugin));
}
