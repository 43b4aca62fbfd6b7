#include "bench/allocation.h"
#include <stddef.h>

/* Weak: sanitizer builds bring an allocator of their own. */
int mallctl(const char *name, void *old, size_t *old_size, void *new_value, size_t new_size)
    __attribute__((weak));

static struct bench_memory at_start, elsewhere_since;
static bool is_on;

bool allocation_is_counted(void)
{
    return mallctl;
}

bool allocation_is_on(void)
{
    return is_on;
}

static int64_t figure(const char *name)
{
    uint64_t value = 0;
    size_t size = sizeof value;
    return mallctl(name, &value, &size, 0, 0) ? 0 : (int64_t)value;
}

/* jemalloc adds a thread's requests up when its cache is flushed and the epoch moves on. The arena
 * numbered 4096 is all of them. */
static struct bench_memory so_far(void)
{
    uint64_t epoch = 1;
    struct bench_memory now = {
        .allocated = figure("thread.allocated"),
        .freed = figure("thread.deallocated"),
        .peak = figure("thread.peak.read"),
    };
    mallctl("thread.tcache.flush", 0, 0, 0, 0);
    mallctl("epoch", 0, 0, &epoch, sizeof epoch);
    now.allocations =
        figure("stats.arenas.4096.small.nrequests") + figure("stats.arenas.4096.large.nrequests");
    return now;
}

void allocation_start(void)
{
    elsewhere_since = (struct bench_memory){0};
    at_start = so_far();
    mallctl("thread.peak.reset", 0, 0, 0, 0);
    is_on = true;
}

struct bench_memory allocation_stop(void)
{
    struct bench_memory now = so_far(), *more = &elsewhere_since;
    is_on = false;
    return (struct bench_memory){
        .allocations = now.allocations - at_start.allocations + more->allocations,
        .allocated = now.allocated - at_start.allocated + more->allocated,
        .freed = now.freed - at_start.freed + more->freed,
        .peak = now.peak + more->peak,
    };
}

void allocation_add(const struct bench_memory *elsewhere)
{
    elsewhere_since.allocations += elsewhere->allocations;
    elsewhere_since.allocated += elsewhere->allocated;
    elsewhere_since.freed += elsewhere->freed;
    elsewhere_since.peak += elsewhere->peak;
}
