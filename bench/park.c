/* Park and release: what a parked task costs, up to a million of them, each in a fresh process.
 *
 * micro/park/N      counted: one task made, run, and parked on a channel that all share.
 *                   resident_bytes: growth of resident memory and page tables, heap included, by
 *                   parked task. heap_bytes: the heap's part.
 * micro/release/N   counted: one task woken by that channel's close, and ended.
 * micro/shrink/N    counted: the time after their end until the resident memory and page tables are
 *                   within 5 % of what they were before the first task; two seconds at most.
 *                   left_of_start: what multiple of it they are then; left_bytes: all of them.
 * micro/pause/N     counted: the longest that a task which sleeps for 1 ms at a time waited for more than
 *                   that, in the two seconds after their end, in which their stacks are given back.
 *                   worst_ms: the same. busy_ms: the most processor time between two of its turns, which
 *                   says how long the runtime kept it waiting where other programs run too.
 */
#include "bench/fresh.h"
#include "bench/resident.h"
#include "bench/topics.h"
#include "probe/heap.h"
#include "task/chan.h"
#include "task/task.h"
#include "task/time.h"
#include <stdio.h>
#include <time.h>

static int64_t parked, released;

static void wait_at_gate(void *gate)
{
    parked++;
    released += !chan_recv(gate, 0);
}

/* Returns how long it took, in nanoseconds. */
static int64_t make(struct chan *gate, int64_t n, struct measured *m)
{
    int64_t start = clock_now();
    for (int64_t i = 0; i < n; i++)
        if (!go(wait_at_gate, gate)) {
            snprintf(m->error, sizeof m->error, "after %lld tasks: %s", (long long)i, task_error());
            break;
        }
    task_yield(); /* all of them park */
    return clock_now() - start;
}

static int64_t open_gate(struct chan *gate)
{
    int64_t start = clock_now();
    chan_close(gate);
    task_yield(); /* all of them end */
    return clock_now() - start;
}

static void park(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    struct chan *gate = chan_make(struct {}, 0);
    int64_t resident_before = resident_bytes(), heap_before = heap_allocated();
    m->seconds = (double)make(gate, n, m) / (double)SECOND;
    measured_expect(m, "tasks parked", parked, n);
    measured_add(m, "resident_bytes", (double)(resident_bytes() - resident_before) / (double)n);
    if (heap_is_known())
        measured_add(m, "heap_bytes", (double)(heap_allocated() - heap_before) / (double)n);
}

static int64_t a_million(int64_t n)
{
    return n < 1000000 ? 1000000 / n * n : n;
}

static void release(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    int64_t rounds = a_million(n) / n, time = 0;
    for (int64_t i = 0; i < rounds && !m->error[0]; i++) {
        struct chan *gate = chan_make(struct {}, 0);
        make(gate, n, m);
        time += open_gate(gate);
        chan_drop(gate);
    }
    m->seconds = (double)time / (double)SECOND;
    measured_expect(m, "tasks woken by the close", released, n * rounds);
    measured_expect(m, "tasks at the end", (int64_t)task_count(), 1);
}

static int64_t once(int64_t n)
{
    (void)n;
    return 1;
}

static void shrink(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    struct chan *gate = chan_make(struct {}, 0);
    int64_t before = resident_bytes(), left, start, now;
    make(gate, n, m);
    open_gate(gate);
    measured_expect(m, "tasks at the end", (int64_t)task_count(), 1);
    start = clock_now();
    do {
        task_sleep(20 * MILLISECOND);
        now = clock_now();
        left = resident_bytes();
    } while (left > before + before / 20 && now - start < 2 * SECOND);
    m->seconds = (double)(now - start) / (double)SECOND;
    measured_add(m, "left_of_start", (double)left / (double)before);
    measured_add(m, "left_bytes", (double)left);
}

static int64_t processor_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static void larger(int64_t *most, int64_t value)
{
    if (value > *most)
        *most = value;
}

static void pause_after(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    struct chan *gate = chan_make(struct {}, 0);
    int64_t worst = 0, busy = 0, start, before, busy_before;
    make(gate, n, m);
    open_gate(gate);
    measured_expect(m, "tasks at the end", (int64_t)task_count(), 1);
    start = before = clock_now();
    busy_before = processor_time();
    while (before - start < 2 * SECOND) {
        task_sleep(MILLISECOND);
        int64_t now = clock_now(), busy_now = processor_time();
        larger(&worst, now - before - MILLISECOND);
        larger(&busy, busy_now - busy_before);
        before = now;
        busy_before = busy_now;
    }
    m->seconds = (double)worst / (double)SECOND;
    measured_add(m, "worst_ms", (double)worst / (double)MILLISECOND);
    measured_add(m, "busy_ms", (double)busy / (double)MILLISECOND);
}

void register_park(void)
{
    struct fresh micro[] = {{.name = "micro/park", .work = park},
                            {.name = "micro/release", .work = release, .operations = a_million},
                            {.name = "micro/shrink", .work = shrink, .operations = once},
                            {.name = "micro/pause", .work = pause_after, .operations = once}};
    for (size_t i = 0; i < sizeof micro / sizeof *micro; i++) {
        micro[i].first = 1000;
        micro[i].last = 1000000;
        bench_unit(bench_fresh(&micro[i]),
                   micro[i].operations == once ? BENCH_MILLISECONDS : BENCH_NANOSECONDS);
    }
}
