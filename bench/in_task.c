/* Runs benchmarks as tasks, and holds them to what they say they did. */
#include "bench/topics.h"
#include "task/task.h"
#include <inttypes.h>
#include <stdio.h>

struct run {
    void (*fn)(struct bench_state *s);
    struct bench_state *state;
};

static void as_task(void *arg)
{
    struct run *run = arg;
    int64_t before = (int64_t)task_count();
    run->fn(run->state);
    task_yield(); /* who has said done in its last line may end */
    bench_expect(run->state, "tasks at the end", (int64_t)task_count(), before);
}

void bench_in_task(struct bench_state *s, void *fn)
{
    struct run run = {(void (*)(struct bench_state *))fn, s};
    if (task_run(as_task, &run))
        bench_skip(s, task_error());
}

struct bench *bench_task_cpu(const char *name, void (*fn)(struct bench_state *s))
{
    return bench_register(name, bench_in_task, (void *)fn);
}

struct bench *bench_task(const char *name, void (*fn)(struct bench_state *s))
{
    struct bench *b = bench_task_cpu(name, fn);
    bench_clock(b, BENCH_REAL_TIME);
    return b;
}

void bench_expect(struct bench_state *s, const char *what, int64_t counted, int64_t expected)
{
    if (counted == expected)
        return;
    char text[160];
    snprintf(text, sizeof text, "%s: %" PRId64 " instead of %" PRId64, what, counted, expected);
    bench_skip(s, text);
}
