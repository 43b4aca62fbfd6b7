/* Upgraded read lock, leaking: a cache is read under the read lock; what is
 * missing is to be added, so the write lock is taken as well. A writer waits
 * until all readers are gone, and one of them is the writer itself.
 * Decision matrix: none of the five; give back before you take more.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/task.h"

enum { NAMES = 8 };

struct cache {
    struct rw_mutex lock;
    int addresses[NAMES]; /* 0: not known */
};

static int resolve(int name)
{
    return 1000 + name;
}

static int address_of(struct cache *cache, int name)
{
    rw_mutex_rlock(&cache->lock);
    int address = cache->addresses[name];
    if (!address) {
        rw_mutex_lock(&cache->lock); /* parks here, for ever */
        address = cache->addresses[name] = resolve(name);
        rw_mutex_unlock(&cache->lock);
    }
    rw_mutex_runlock(&cache->lock);
    return address;
}

void leak_read_lock_upgraded(struct ctx *request)
{
    struct cache cache = {.addresses = {1000}};

    for (int name = 0; name < NAMES; name++)
        address_of(&cache, name);
}
