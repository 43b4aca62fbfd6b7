/* A cache that never evicts, leaking: what was rendered is kept, for the next
 * time. Each request has a key of its own, with its time in it, so there is no
 * next time: no task waits for anything, and the cache has one entry more.
 * Decision matrix: none of the five; what only grows needs a bound.
 */
#include "task/ctx.h"
#include "task/task.h"
#include "task/time.h"
#include <stdlib.h>

struct entry {
    int64_t key;
    int page;
    struct entry *next;
};

static struct {
    struct entry *newest;
    int entries;
} cache; /* one for all requests: that is what it is for */

static int render(int64_t key)
{
    struct entry *entry = malloc(sizeof *entry); /* one more */
    *entry = (struct entry){key, (int)(key % 100), cache.newest};
    cache.newest = entry;
    cache.entries++;
    return entry->page;
}

void leak_cache_never_evicts(struct ctx *request)
{
    int64_t key = clock_now();
    struct entry *entry = cache.newest;

    while (entry && entry->key != key)
        entry = entry->next;
    if (!entry)
        render(key);
}
