/* Yield: the cost of letting another task run.
 *
 * micro/yield   counted: one task_yield(), by two tasks in turn, so each is one switch.
 *               Go: runtime.Gosched().
 */
#include "bench/topics.h"
#include "task/task.h"

struct yielder {
    int64_t turns, done;
};

static void take_turns(void *arg)
{
    struct yielder *yielder = arg;
    while (yielder->done < yielder->turns) {
        yielder->done++;
        task_yield();
    }
}

void yield(struct bench_state *s)
{
    int64_t n = bench_batch(s);
    struct yielder me = {.turns = (n + 1) / 2}, other = me;
    go(take_turns, &other);
    take_turns(&me);
    bench_batch_end(s);
    task_yield(); /* the other one sees that it is over */
    bench_expect(s, "yields", me.done + other.done, 2 * me.turns);
}

void register_yield(void)
{
    bench_task("micro/yield", yield);
}
