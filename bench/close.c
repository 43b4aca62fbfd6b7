/* Close: the cost of telling everyone at once.
 *
 * micro/close/N   counted: one task woken by the close of a channel that N are parked on, up to its
 *                 end. A channel of each N parks about 10,000 tasks in all, which are made outside
 *                 of the measurement; then all these channels are closed.
 */
#include "bench/topics.h"
#include "task/chan.h"
#include "task/task.h"
#include "task/wait_group.h"

enum { TASKS = 10000 };

struct gate {
    struct chan *chan;
    struct wait_group *group;
    int64_t woken;
};

static void wait_at_gate(void *arg)
{
    struct gate *gate = arg;
    gate->woken += !chan_recv(gate->chan, 0);
    wait_group_done(gate->group);
}

static void make_crowds(struct gate *gates, int64_t count, int64_t n, struct wait_group *group)
{
    wait_group_add(group, count * n);
    for (int64_t g = 0; g < count; g++) {
        gates[g] = (struct gate){.chan = chan_make(struct {}, 0), .group = group};
        for (int64_t i = 0; i < n; i++)
            go(wait_at_gate, &gates[g]);
    }
    task_yield(); /* all of them park */
}

static void close_wakes(struct bench_state *s)
{
    static struct gate gates[TASKS];
    int64_t n = bench_value(s), count = TASKS / n, woken = 0;
    while (bench_loop_of(s, count * n)) {
        struct wait_group group = {0};
        bench_pause(s);
        make_crowds(gates, count, n, &group);
        bench_resume(s);
        for (int64_t g = 0; g < count; g++)
            chan_close(gates[g].chan);
        wait_group_wait(&group);
        bench_pause(s);
        for (int64_t g = 0; g < count; g++) {
            woken += gates[g].woken;
            chan_drop(gates[g].chan);
        }
        bench_resume(s);
    }
    bench_expect(s, "tasks woken by the close", woken, bench_done(s));
}

void register_close(void)
{
    struct bench *b = bench_task("micro/close", close_wakes);
    bench_range(b, 1, TASKS, 10);
}
