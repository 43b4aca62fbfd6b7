/* Forgotten close, leaking: a cache has a task of its own that writes back
 * what is evicted; it says so in its header, which its user has not read. The
 * handler makes a cache, uses it and drops it. The task holds it too, and
 * waits for evictions.
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

    while (chan_recv(cache->evicted, &value)) /* parks here, for ever */
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

void leak_forgotten_close(struct ctx *request)
{
    struct cache *cache = cache_open();
    defer(shared_drop, cache);

    for (int key = 0; key <= ROOM; key++)
        cache_put(cache, key, 1 + key);
    if (ctx_err(request) != CTX_OK)
        cache_close(cache); /* here it was thought of */
}
