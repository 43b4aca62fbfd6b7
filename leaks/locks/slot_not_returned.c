/* Slot not returned, leaking: pages are prefetched, two at a time, by tasks
 * that may outlive the request. One that is not found returns early, past the
 * line that gives its slot back. Two of them, and the third waits for a slot
 * that nobody has.
 * Decision matrix: none of the five; give back where you take.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/semaphore.h"
#include "task/shared.h"
#include "task/task.h"

enum { PAGES = 3, SLOTS = 2 };

struct prefetch {
    struct semaphore slots;
    int fetched;
};

static bool fetch(int page)
{
    return page > PAGES; /* not found */
}

static void fetch_next(void *arg)
{
    struct prefetch *prefetch = arg;
    defer(shared_drop, prefetch);
    semaphore_acquire(ctx_background(), &prefetch->slots, 1); /* one parks */

    if (!fetch(prefetch->fetched))
        return;
    prefetch->fetched++;
    semaphore_release(&prefetch->slots, 1);
}

void leak_slot_not_returned(struct ctx *request)
{
    struct prefetch *prefetch = shared_new(sizeof *prefetch, NULL);
    defer(shared_drop, prefetch);
    prefetch->slots.size = SLOTS;

    for (int i = 0; i < PAGES; i++)
        go(fetch_next, shared_ref(prefetch));
}
