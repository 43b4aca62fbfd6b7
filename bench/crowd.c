/* Crowd: whether an operation costs more while N others are parked.
 *
 * crowd/OPERATION/N   counted: what micro/OPERATION counts, with N tasks parked on a channel that
 *                     has nothing to do with it. They stay parked from one run to the next.
 */
#include "bench/topics.h"
#include "task/chan.h"
#include "task/task.h"
#include <stdio.h>

static struct chan *gate;
static int64_t crowd;

static void wait_at_gate(void *arg)
{
    crowd++;
    chan_recv(gate, arg);
    crowd--;
}

/* There is no way to let a few go, so fewer means all of them anew. */
static void resize(void *wanted)
{
    int64_t n = *(int64_t *)wanted;
    if (crowd > n) {
        chan_close(gate);
        task_yield();
        chan_drop(gate);
        gate = 0;
    }
    if (!gate)
        gate = chan_make(struct {}, 0);
    for (int64_t i = crowd; i < n; i++)
        if (!go(wait_at_gate, 0))
            break;
    task_yield();
}

static void beside_crowd(struct bench_state *s, void *fn)
{
    int64_t n = bench_value(s);
    if (task_run(resize, &n)) {
        bench_skip(s, task_error());
        return;
    }
    bench_in_task(s, fn);
    bench_expect(s, "tasks parked beside", crowd, n);
}

static void add(const char *name, void (*fn)(struct bench_state *s))
{
    struct bench *b = bench_register(name, beside_crowd, (void *)fn);
    bench_range(b, 1000, 1000000, 10);
}

void register_crowd(void)
{
    add("crowd/spawn", spawn);
    add("crowd/yield", yield);
    add("crowd/ping_pong", ping_pong);
    add("crowd/select", select_two_blocked);
    add("crowd/timer", timer_new_stop);
}
