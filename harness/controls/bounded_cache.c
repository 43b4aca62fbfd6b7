/* No leak: a cache keeps what each request has found, up to its bound of a
 * hundred entries; then the oldest goes.
 */
#include "task/ctx.h"
#include <stdlib.h>

enum { ENTRIES = 100 };

static void *cache[ENTRIES];

void control_bounded_cache(struct ctx *request)
{
    static int next;
    free(cache[next]);
    cache[next] = malloc(512);
    next = (next + 1) % ENTRIES;
}
