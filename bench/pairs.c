/* The pairs of the catalog: what a request costs, leaky and fixed.
 *
 * FAMILY/ID/VARIANT/N   counted: one of N requests, from its task's start until it has returned or
 *                       waits for ever. They come at once; each has a context of its own and a
 *                       client who waits for one second, on the virtual clock, so that no waiting is
 *                       in the time. Each N runs in a fresh process, after N requests that are not
 *                       counted: so a leak is bounded by 2 N requests and ends with its process, and
 *                       what it costs to grow (pages touched for the first time) is in its time.
 *
 *                       tasks, timers, heap_bytes, resident_bytes: what a request leaves behind when
 *                       all clients are gone; the first two as the catalog says, or the run fails.
 *                       resident_bytes goes with page tables, and is the kernel's view: a few bytes
 *                       beside zero in a fix are the allocator's, which keeps pages it may reuse.
 */
#include "bench/allocation.h"
#include "bench/fresh.h"
#include "bench/resident.h"
#include "bench/topics.h"
#include "catalog.h"
#include "probe/heap.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/stats.h"
#include "task/task.h"
#include "task/time.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

static const int64_t patience = SECOND;

static void serve(void *entry)
{
    struct ctx *request = ctx_with_timeout(ctx_background(), patience);
    defer(ctx_drop, request);
    defer(ctx_cancel, request);
    ((void (*)(struct ctx *))entry)(request);
}

/* Returns how many were sent: fewer where memory ran short. */
static int64_t serve_all(void (*entry)(struct ctx *request), int64_t n)
{
    int64_t sent = 0;
    while (sent < n && go(serve, (void *)entry)) {
        sent++;
        task_yield(); /* it starts before the next one comes */
    }
    task_sleep(patience + MILLISECOND); /* virtual: until nothing else happens */
    return sent;
}

struct state {
    int64_t tasks, timers, heap, resident;
};

/* In seconds. */
static double processor_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct state look(void)
{
    return (struct state){(int64_t)task_count(), (int64_t)task_stats.timers, heap_allocated(),
                          resident_bytes()};
}

static void measure(int64_t n, const struct pair *pair, enum variant variant, struct measured *m)
{
    void (*serve_one)(struct ctx *) = pair->entry[variant];
    const struct expectation *expected = &pair->expected[variant];
    uint32_t parked = expected->tasks_held; /* by one request, as the catalog says */
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        parked += expected->parked[reason];
    clock_set_virtual(true);
    int64_t sent = serve_all(serve_one, n);
    if (allocation_is_counted())
        allocation_start();
    struct state before = look();
    double start = processor_time();
    sent += serve_all(serve_one, n);
    m->seconds = processor_time() - start;
    struct state after = look();
    if (allocation_is_counted())
        m->memory = allocation_stop();
    if (sent < 2 * n)
        snprintf(m->error, sizeof m->error, "after %lld requests: %s", (long long)sent,
                 task_error());
    measured_expect(m, "tasks left behind", after.tasks - before.tasks, parked * n);
    measured_expect(m, "timers left behind", after.timers - before.timers,
                    expected->timers_held * n);
    measured_add(m, "tasks", (double)(after.tasks - before.tasks) / (double)n);
    measured_add(m, "timers", (double)(after.timers - before.timers) / (double)n);
    if (heap_is_known())
        measured_add(m, "heap_bytes", (double)(after.heap - before.heap) / (double)n);
    measured_add(m, "resident_bytes", (double)(after.resident - before.resident) / (double)n);
}

static void measure_leak(int64_t n, void *pair, struct measured *m)
{
    measure(n, pair, VARIANT_LEAK, m);
}

static void measure_fix(int64_t n, void *pair, struct measured *m)
{
    measure(n, pair, VARIANT_FIX, m);
}

/* A few for each request that leaks, which a process has not without end. */
static bool uses_descriptors(const struct pair *pair)
{
    return strcmp(pair->family, "io") == 0;
}

void register_pairs(void)
{
    FOR_EACH_PAIR (pair)
        for (int variant = 0; variant < VARIANTS && !pair_is_plain(pair); variant++) {
            char name[160];
            snprintf(name, sizeof name, "%s/%s/%s", pair->family, pair->id,
                     variant_name((enum variant)variant));
            bench_fresh(
                &(struct fresh){.name = name,
                                .work = variant == VARIANT_LEAK ? measure_leak : measure_fix,
                                .arg = (void *)pair,
                                .first = 1000,
                                .last = uses_descriptors(pair) ? 1000 : 100000});
        }
}
