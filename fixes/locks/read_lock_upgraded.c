/* Upgraded read lock, cured: the read lock is given back before the write lock
 * is taken. Between the two others may have been there, so it is looked up
 * again.
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
    rw_mutex_runlock(&cache->lock); /* the cure: first */
    if (address)
        return address;
    rw_mutex_lock(&cache->lock);
    if (!cache->addresses[name])
        cache->addresses[name] = resolve(name);
    address = cache->addresses[name];
    rw_mutex_unlock(&cache->lock);
    return address;
}

void fix_read_lock_upgraded(struct ctx *request)
{
    struct cache cache = {.addresses = {1000}};

    for (int name = 0; name < NAMES; name++)
        address_of(&cache, name);
}
