/* A cache that never evicts, cured: it has a bound, and a new entry takes the
 * place of an old one. The key should be looked at too.
 * Decision matrix: none of the five; what only grows needs a bound.
 */
#include "task/ctx.h"
#include "task/task.h"
#include "task/time.h"
#include <stdlib.h>

enum { ROOM = 16 };

struct entry {
    int64_t key;
    int page;
    struct entry *next;
};

static struct {
    struct entry *newest;
    int entries;
} cache; /* one for all requests: that is what it is for */

static void evict_oldest(void)
{
    struct entry **last = &cache.newest;
    while ((*last)->next)
        last = &(*last)->next;
    free(*last);
    *last = NULL;
    cache.entries--;
}

static int render(int64_t key)
{
    struct entry *entry = malloc(sizeof *entry); /* one more */
    *entry = (struct entry){key, (int)(key % 100), cache.newest};
    cache.newest = entry;
    cache.entries++;
    if (cache.entries > ROOM)
        evict_oldest(); /* the cure */
    return entry->page;
}

void fix_cache_never_evicts(struct ctx *request)
{
    int64_t key = clock_now();
    struct entry *entry = cache.newest;

    while (entry && entry->key != key)
        entry = entry->next;
    if (!entry)
        render(key);
}
