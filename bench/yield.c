/* Yield: the cost of letting another task run.
 *
 * micro/yield         counted: one task_yield(), by two tasks in turn, so each is one switch.
 *                     Go: runtime.Gosched().
 * micro/yield_alike   counted: the same, by two tasks that call it from the same place. The processor
 *                     predicts where a function returns to from the calls made last, which were the
 *                     other task's: here that is right also where the switch is inside of a function
 *                     (arm64, Boost), which in micro/yield it never is.
 * micro/ring/N        counted: one task_yield() of N tasks in turn: each hop is to another stack.
 */
#include "bench/topics.h"
#include "task/task.h"

struct yielder {
    int64_t turns, done;
};

static __attribute__((noinline)) void take_turns(void *arg)
{
    struct yielder *yielder = arg;
    while (yielder->done < yielder->turns) {
        yielder->done++;
        task_yield();
    }
}

static __attribute__((noinline)) void take_turns_elsewhere(void *arg)
{
    struct yielder *yielder = arg;
    while (yielder->done < yielder->turns) {
        task_yield();
        yielder->done++; /* otherwise the compiler makes both functions one */
    }
}

static void yield_to(struct bench_state *s, void (*take_other_turns)(void *arg))
{
    int64_t n = bench_batch(s);
    struct yielder me = {.turns = (n + 1) / 2}, other = me;
    go(take_other_turns, &other);
    take_turns(&me);
    bench_batch_end(s);
    while (other.done < other.turns)
        task_yield(); /* the other one sees that it is over */
    task_yield();
    bench_expect(s, "yields", me.done + other.done, 2 * me.turns);
}

void yield(struct bench_state *s)
{
    yield_to(s, take_turns_elsewhere);
}

static void yield_alike(struct bench_state *s)
{
    yield_to(s, take_turns);
}

struct ring {
    int64_t hops;
    bool over;
};

static void hop(void *arg)
{
    struct ring *ring = arg;
    while (!ring->over) {
        ring->hops++;
        task_yield();
    }
}

static void ring(struct bench_state *s)
{
    int64_t n = bench_value(s);
    struct ring ring = {0};
    for (int64_t i = 1; i < n; i++)
        go(hop, &ring);
    while (bench_loop_of(s, n)) {
        ring.hops++;
        task_yield();
    }
    ring.over = true;
    task_yield(); /* the others see that it is over */
    bench_expect(s, "hops", ring.hops, bench_done(s));
}

void register_yield(void)
{
    bench_task("micro/yield", yield);
    bench_task("micro/yield_alike", yield_alike);
    bench_arg(bench_task("micro/ring", ring), 1000);
}
