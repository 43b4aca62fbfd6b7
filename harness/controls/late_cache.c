/* No leak: like bounded_cache, but that its bound is farther away than any
 * warm-up: it fills up while it is looked at.
 */
#include "task/chan.h"
#include "task/ctx.h"

enum { ENTRIES = 700 };

static struct chan *cache[ENTRIES];

void control_late_cache(struct ctx *request)
{
    static int next;
    chan_drop(cache[next]);
    cache[next] = chan_make(int, 8);
    next = (next + 1) % ENTRIES;
}
