/* Recover: the cost of a call that may panic, and of a panic.
 *
 * micro/recover/call      counted: one call under task_recover() that returns.
 * micro/recover/panic/N   counted: one call that panics N functions further in, each with a deferred
 *                         call, and is recovered.
 */
#include "task/recover.h"
#include "bench/topics.h"
#include "task/chan.h"
#include "task/defer.h"
#include "task/task.h"

static void count(void *arg)
{
    ++*(int64_t *)arg;
}

static void call(struct bench_state *s)
{
    int64_t n = bench_batch(s), calls = 0;
    for (int64_t i = 0; i < n; i++)
        task_recover(count, &calls, NULL);
    bench_batch_end(s);
    bench_expect(s, "calls", calls, n);
}

struct fall {
    int64_t depth, deferred;
};

static void fall(void *arg)
{
    struct fall *f = arg;
    defer(count, &f->deferred);
    if (--f->depth > 0)
        fall(f);
    else
        chan_close(NULL);
}

static void panic(struct bench_state *s)
{
    struct fall f = {0};
    int64_t depth = bench_value(s), n = bench_batch(s), recovered = 0;
    for (int64_t i = 0; i < n; i++) {
        f.depth = depth;
        recovered += task_recover(fall, &f, NULL);
    }
    bench_batch_end(s);
    bench_expect(s, "panics recovered", recovered, n);
    bench_expect(s, "deferred calls", f.deferred, n * depth);
}

void register_recover(void)
{
    bench_task("micro/recover/call", call);
    bench_range(bench_task("micro/recover/panic", panic), 1, 16, 4);
}
