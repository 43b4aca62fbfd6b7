/* Forgotten close, cured: what is opened is closed, by a deferred call on the
 * next line. To drop is not enough where a task holds a reference as well.
 * Decision matrix: channel close.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"

enum { ROOM = 4 };

struct cache {
    struct chan *evicted;
    int values[ROOM], written_back;
};

static void free_cache(void *arg)
{
    struct cache *cache = arg;
    chan_drop(cache->evicted);
}

static void write_back(void *arg)
{
    struct cache *cache = arg;
    defer(shared_drop, cache);
    int value;

    while (chan_recv(cache->evicted, &value))
        cache->written_back++;
}

/* With a task of its own: to be closed, and dropped. */
static struct cache *cache_open(void)
{
    struct cache *cache = shared_new(sizeof *cache, free_cache);
    cache->evicted = chan_make(int, ROOM);
    go(write_back, shared_ref(cache));
    return cache;
}

static void cache_close(struct cache *cache)
{
    chan_close(cache->evicted);
}

static void cache_put(struct cache *cache, int key, int value)
{
    int *place = &cache->values[key % ROOM];
    if (*place)
        chan_send(cache->evicted, place);
    *place = value;
}

void fix_forgotten_close(struct ctx *request)
{
    struct cache *cache = cache_open();
    defer(shared_drop, cache);
    defer(cache_close, cache); /* the cure */

    for (int key = 0; key <= ROOM; key++)
        cache_put(cache, key, 1 + key);
}
