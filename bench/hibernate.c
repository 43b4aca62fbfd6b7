/* Hibernation, of up to a million tasks, each in a fresh process. Beside each time stands what it is in first
 * touches of a page, measured in the same process just before.
 *
 * micro/hibernate/sleep/N    counted: one task put to sleep, of N alike. resident_bytes: growth of resident memory
 *                            and page tables by task, heap included. heap_bytes: of these, its copy.
 * micro/hibernate/unlike/N   the same of N that differ in depth and in what is on their stacks.
 * micro/hibernate/touch/N    counted: one woken by a pointer, in random order.
 * micro/hibernate/wake/N     counted: one woken by the close of a channel that N wait in, up to its end.
 *                            to_awake: the same, divided by that of N who were awake.
 * micro/hibernate/see/N      counted: one seen by task_each(), and asleep again.
 * micro/hibernate/queue/N    counted: one task made and parked in a channel in which another hibernates, which
 *                            that wakes.
 */
#include "task/hibernate.h"
#include "bench/fresh.h"
#include "bench/resident.h"
#include "bench/topics.h"
#include "task/chan.h"
#include "task/inspect.h"
#include "task/stats.h"
#include "task/task.h"
#include "task/time.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { TOUCHES = 50000, PAGE = 4096, DEPTHS = 400 };

static int64_t parked, released;
static char **stacks; /* an address in each */

static uint64_t random_word(void)
{
    static uint64_t x = 1;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

static void wait_at_gate(void *gate)
{
    volatile char here = 1;
    if (stacks)
        stacks[parked] = (char *)&here;
    parked++;
    released += !chan_recv(gate, 0);
}

static void wait_unlike(void *gate)
{
    volatile uint64_t words[8];
    volatile char *more = __builtin_alloca((size_t)(parked % DEPTHS) * 2 + 16);
    more[0] = 1;
    for (int i = 0; i < 8; i++)
        words[i] = random_word() >> 8 * i;
    parked++;
    released += !chan_recv(gate, 0) && words[0] != words[7];
}

static struct chan *make(void (*fn)(void *gate), int64_t n, struct measured *m)
{
    struct chan *gate = chan_make(struct {}, 0);
    for (int64_t i = 0; i < n; i++)
        if (!go(fn, gate)) {
            snprintf(m->error, sizeof m->error, "after %lld tasks: %s", (long long)i, task_error());
            break;
        }
    task_yield(); /* all of them park */
    measured_expect(m, "tasks parked", parked, n);
    return gate;
}

/* Nanoseconds, of pages that lie as stacks do. */
static double first_touch(void)
{
    size_t bytes = (size_t)TOUCHES * 17 * PAGE;
    char *memory =
        mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return 0;
    madvise(memory, bytes, MADV_NOHUGEPAGE);
    int64_t start = clock_now();
    for (size_t i = 0; i < TOUCHES; i++)
        ((volatile char *)memory)[i * 17 * PAGE] = 1;
    double each = (double)(clock_now() - start) / TOUCHES;
    munmap(memory, bytes);
    return each;
}

static void tell(struct measured *m, int64_t time, int64_t n, double touch)
{
    m->seconds = (double)time / (double)SECOND;
    measured_add(m, "first_touches", (double)time / (double)n / touch);
}

/* Of each slab of 64 the first stays, and of few tasks it is more. */
static void expect_asleep(struct measured *m, int64_t n)
{
    int64_t asleep = (int64_t)task_stats.hibernated;
    bool most = asleep >= n - n / 60 - 2;
    if (!m->error[0] && !most)
        snprintf(m->error, sizeof m->error, "%lld of %lld hibernate %s", (long long)asleep,
                 (long long)n, task_hibernate_error());
}

static void put_to_sleep(int64_t n, struct measured *m, void (*fn)(void *gate))
{
    double touch = first_touch();
    int64_t before = resident_bytes();
    make(fn, n, m);
    int64_t start = clock_now();
    task_hibernate();
    tell(m, clock_now() - start, n, touch);
    expect_asleep(m, n);
    measured_add(m, "resident_bytes", (double)(resident_bytes() - before) / (double)n);
    measured_add(m, "heap_bytes", (double)task_stats.hibernated_bytes / (double)n);
}

static void alike(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    put_to_sleep(n, m, wait_at_gate);
}

static void unlike(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    put_to_sleep(n, m, wait_unlike);
}

static void shuffle(char **all, int64_t n)
{
    for (int64_t i = n; i > 1; i--) {
        int64_t j = (int64_t)(random_word() % (uint64_t)i);
        char *kept = all[i - 1];
        all[i - 1] = all[j];
        all[j] = kept;
    }
}

static void touch_each(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    double touch = first_touch();
    if (!(stacks = malloc((size_t)n * sizeof *stacks)))
        return;
    make(wait_at_gate, n, m);
    task_hibernate();
    expect_asleep(m, n);
    shuffle(stacks, n);
    int64_t sum = 0, start = clock_now();
    for (int64_t i = 0; i < n; i++)
        sum += *stacks[i];
    tell(m, clock_now() - start, n, touch);
    measured_expect(m, "bytes as they were", sum, n);
    measured_expect(m, "tasks asleep", (int64_t)task_stats.hibernated, 0);
}

static int64_t open_gate(struct chan *gate)
{
    int64_t start = clock_now();
    chan_close(gate);
    task_yield(); /* all of them end */
    int64_t time = clock_now() - start;
    chan_drop(gate);
    return time;
}

static void wake(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    double touch = first_touch();
    int64_t awake = open_gate(make(wait_at_gate, n, m));
    parked = 0;
    struct chan *gate = make(wait_at_gate, n, m);
    task_hibernate();
    expect_asleep(m, n);
    int64_t time = open_gate(gate);
    tell(m, time, n, touch);
    measured_add(m, "to_awake", (double)time / (double)awake);
    measured_expect(m, "tasks woken by the close", released, 2 * n);
    measured_expect(m, "tasks at the end", (int64_t)task_count(), 1);
}

static bool count_parked(const struct task_info *task, void *arg)
{
    *(int64_t *)arg += task->state == TASK_PARKED;
    return true;
}

static void see(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    double touch = first_touch();
    int64_t seen = 0;
    make(wait_at_gate, n, m);
    task_hibernate();
    int64_t start = clock_now();
    task_each(count_parked, &seen);
    tell(m, clock_now() - start, n, touch);
    measured_expect(m, "tasks seen parked", seen, n);
    expect_asleep(m, n);
}

static void queue(int64_t n, void *arg, struct measured *m)
{
    (void)arg;
    double touch = first_touch();
    struct chan **gates = malloc((size_t)n * sizeof *gates);
    for (int64_t i = 0; gates && i < n; i++)
        go(wait_at_gate, gates[i] = chan_make(struct {}, 0));
    task_yield();
    task_hibernate();
    expect_asleep(m, n);
    int64_t start = clock_now();
    for (int64_t i = 0; gates && i < n; i++)
        go(wait_at_gate, gates[i]);
    task_yield();
    tell(m, clock_now() - start, n, touch);
    measured_expect(m, "tasks parked", parked, 2 * n);
}

void register_hibernate(void)
{
    struct fresh micro[] = {{.name = "micro/hibernate/sleep", .work = alike},
                            {.name = "micro/hibernate/unlike", .work = unlike},
                            {.name = "micro/hibernate/touch", .work = touch_each},
                            {.name = "micro/hibernate/wake", .work = wake},
                            {.name = "micro/hibernate/see", .work = see},
                            {.name = "micro/hibernate/queue", .work = queue}};
    for (size_t i = 0; i < sizeof micro / sizeof *micro; i++) {
        micro[i].first = 1000;
        micro[i].last = 1000000;
        bench_unit(bench_fresh(&micro[i]), BENCH_NANOSECONDS);
    }
}
