/* Yield: the cost of letting another task run.
 *
 * Counted: one task_yield(), by two tasks in turn, so each is one switch. Go: runtime.Gosched().
 */
#include "bench/topics.h"
#include "task/task.h"

static void yield_too(void *arg)
{
    int64_t *left = arg;
    while (*left > 0) {
        --*left;
        task_yield();
    }
}

void yield(struct bench_state *s)
{
    int64_t n = bench_batch(s), left = n;
    go(yield_too, &left);
    while (left > 0) {
        --left;
        task_yield();
    }
    bench_batch_end(s);
    task_yield(); /* the other one sees it too, while left is there */
    bench_expect(s, "yields left", left, 0);
}

void register_yield(void)
{
    bench_task("micro/yield", yield);
}
