/* Timers: the cost of asking for a time, and of it coming.
 *
 * micro/timer/new_stop   counted: a timer of one hour made, stopped and dropped.
 *                        Go: time.NewTimer, Stop; the collector's work is in its figure.
 * micro/timer/paced      counted: the same, one each 10 us: in a tight loop the runtime takes its time from a reading of
 *                        the clock that is at most 5 us old. What two readings of the clock take is taken off.
 * micro/timer/reset      counted: one reset of an armed timer.
 * micro/timer/beside/N    counted: what new_stop counts, for times in scattered order among N armed
 *                        timers.
 * micro/timer/fire/N     counted: one of N timers made and, all pending, come due in scattered
 *                        order and call a function; virtual clock, so no waiting is in it.
 * micro/timer/due/N      counted: the processor time of one of N timers that are made, come due in 10 to 100 ms, and call
 *                        a function; real clock.
 * micro/sleep/N          counted: the processor time of one of N tasks that sleep 10 to 100 ms at the
 *                        same time, made and ended; real clock.
 * micro/sleep_again/N    counted: the same, once N others have slept before: their stacks, or what Go
 *                        has for them, are there. What the first N pay for is memory.
 */
#include "task/timer.h"
#include "bench/topics.h"
#include "task/chan.h"
#include "task/task.h"
#include "task/time.h"
#include "task/wait_group.h"
#include <stdlib.h>
#include <time.h>

void timer_new_stop(struct bench_state *s)
{
    int64_t n = bench_batch(s), stopped = 0;
    for (int64_t i = 0; i < n; i++) {
        struct timer *t = timer_new(HOUR);
        stopped += timer_stop(t);
        timer_drop(t);
    }
    bench_batch_end(s);
    bench_expect(s, "timers stopped while armed", stopped, n);
}

static int64_t wall(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

/* By the clock, and not by the runtime's reading of it. */
static int64_t wait_until(int64_t until)
{
    int64_t now;
    while ((now = wall()) < until)
        continue;
    return now;
}

static void paced(struct bench_state *s)
{
    enum { PACE = 10000, EMPTY = 1000, PIECE = 100 };
    int64_t stopped = 0, empty = 0, next = wall();
    for (int i = 0; i < EMPTY; i++) {
        int64_t start = wall();
        empty += wall() - start;
    }
    while (bench_loop_of(s, PIECE)) {
        int64_t taken = 0;
        for (int i = 0; i < PIECE; i++) {
            next = wait_until(next) + PACE;
            int64_t start = wall();
            struct timer *t = timer_new(HOUR);
            stopped += timer_stop(t);
            timer_drop(t);
            taken += wall() - start;
        }
        bench_time(s, ((double)taken - (double)empty * PIECE / EMPTY) / (double)SECOND);
    }
    bench_expect(s, "timers stopped while armed", stopped, bench_done(s));
}

/* Due in a scattered order, as independent callers would have it, but the same each time. */
static int64_t scattered(int64_t i, int64_t low, int64_t high)
{
    return low + (int64_t)((uint64_t)i * UINT64_C(0x9E3779B97F4A7C15) >> 1) % (high - low);
}

static void beside(struct bench_state *s)
{
    int64_t among = bench_value(s);
    struct timer **armed = calloc((size_t)among, sizeof *armed);
    if (!armed) {
        bench_skip(s, "no memory for the timers");
        return;
    }
    for (int64_t i = 0; i < among; i++)
        armed[i] = timer_new(scattered(i, HOUR, 2 * HOUR));
    int64_t n = bench_batch(s), stopped = 0, still_armed = 0;
    for (int64_t i = 0; i < n; i++) {
        struct timer *t = timer_new(scattered(among + i, HOUR, 2 * HOUR));
        stopped += timer_stop(t);
        timer_drop(t);
    }
    bench_batch_end(s);
    for (int64_t i = 0; i < among; i++) {
        still_armed += timer_stop(armed[i]);
        timer_drop(armed[i]);
    }
    free(armed);
    bench_expect(s, "timers stopped while armed", stopped, n);
    bench_expect(s, "timers that stayed armed beside", still_armed, among);
}

static void reset(struct bench_state *s)
{
    struct timer *t = timer_new(HOUR);
    int64_t n = bench_batch(s), armed = 0;
    for (int64_t i = 0; i < n; i++)
        armed += timer_reset(t, HOUR + i);
    bench_batch_end(s);
    timer_stop(t);
    timer_drop(t);
    bench_expect(s, "timers reset while armed", armed, n);
}

static void count_up(void *arg)
{
    ++*(int64_t *)arg;
}

static void fire(struct bench_state *s)
{
    int64_t n = bench_value(s), fired = 0;
    clock_set_virtual(true);
    while (bench_loop_of(s, n)) {
        for (int64_t i = 0; i < n; i++)
            timer_drop(timer_func(scattered(i, MILLISECOND, SECOND), count_up, &fired));
        task_sleep(SECOND);
    }
    clock_set_virtual(false);
    bench_expect(s, "timers fired", fired, bench_done(s));
}

static void due(struct bench_state *s)
{
    int64_t n = bench_value(s), fired = 0, all = 0;
    while (bench_loop_of(s, n)) {
        all += n;
        for (int64_t i = 0; i < n; i++)
            timer_drop(
                timer_func(scattered(i, 10 * MILLISECOND, 100 * MILLISECOND), count_up, &fired));
        while (fired < all)
            task_sleep(10 * MILLISECOND);
    }
    bench_expect(s, "timers fired", fired, bench_done(s));
}

struct sleeper {
    int64_t nanoseconds;
    struct wait_group *group;
};

static void sleep_once(void *arg)
{
    struct sleeper *sleeper = arg;
    task_sleep(sleeper->nanoseconds);
    wait_group_done(sleeper->group);
}

static void sleep_all(struct bench_state *s, struct sleeper *all, int64_t n)
{
    struct wait_group group = {0};
    wait_group_add(&group, n);
    for (int64_t i = 0; i < n; i++) {
        all[i] = (struct sleeper){scattered(i, 10 * MILLISECOND, 100 * MILLISECOND), &group};
        go(sleep_once, &all[i]);
    }
    int64_t start = clock_now();
    wait_group_wait(&group);
    bench_expect(s, "slept at least 90 ms", clock_now() - start >= 90 * MILLISECOND, 1);
}

static void sleepers(struct bench_state *s, bool again)
{
    int64_t n = bench_value(s);
    struct sleeper *all = calloc((size_t)n, sizeof *all);
    if (!all) {
        bench_skip(s, "no memory for the sleepers");
        return;
    }
    if (again)
        sleep_all(s, all, n);
    while (bench_loop_of(s, n))
        sleep_all(s, all, n);
    free(all);
}

static void sleep_first(struct bench_state *s)
{
    sleepers(s, false);
}

static void sleep_again(struct bench_state *s)
{
    sleepers(s, true);
}

void register_timer(void)
{
    bench_task("micro/timer/new_stop", timer_new_stop);
    bench_clock(bench_task_cpu("micro/timer/paced", paced), BENCH_MANUAL_TIME);
    bench_task("micro/timer/reset", reset);
    struct bench *b = bench_task("micro/timer/beside", beside);
    bench_range(b, 1000, 1000000, 10);
    b = bench_task("micro/timer/fire", fire);
    bench_range(b, 1000, 1000000, 10);
    bench_arg(bench_task_cpu("micro/timer/due", due), 100000);
    struct bench *sleep = bench_task_cpu("micro/sleep", sleep_first);
    bench_arg(sleep, 100000);
    bench_arg(sleep, 1000000);
    bench_arg(bench_task_cpu("micro/sleep_again", sleep_again), 100000);
}
