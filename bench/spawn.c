/* Spawn: the cost of a task's whole life.
 *
 * micro/spawn             counted: one task made, run to its end, and waited for by a wait group.
 * micro/spawn_parked/N   counted: one of N tasks that are made, park on one channel, are woken
 *                        together by its close, and end; a wait group waits for all.
 */
#include "bench/topics.h"
#include "task/chan.h"
#include "task/task.h"
#include "task/wait_group.h"

struct crowd {
    struct chan *gate;
    struct wait_group group;
    int64_t woken, ended;
};

static void run_to_end(void *arg)
{
    struct crowd *crowd = arg;
    crowd->ended++;
    wait_group_done(&crowd->group);
}

void spawn(struct bench_state *s)
{
    struct crowd crowd = {0};
    int64_t n = bench_batch(s);
    for (int64_t i = 0; i < n; i++) {
        wait_group_add(&crowd.group, 1);
        go(run_to_end, &crowd);
        wait_group_wait(&crowd.group);
    }
    bench_batch_end(s);
    bench_expect(s, "tasks that ran", crowd.ended, n);
}

static void wait_at_gate(void *arg)
{
    struct crowd *crowd = arg;
    crowd->woken += !chan_recv(crowd->gate, 0);
    wait_group_done(&crowd->group);
}

static void spawn_parked(struct bench_state *s)
{
    int64_t n = bench_value(s), woken = 0;
    while (bench_loop_of(s, n)) {
        struct crowd crowd = {.gate = chan_make(struct {}, 0)};
        wait_group_add(&crowd.group, n);
        for (int64_t i = 0; i < n; i++)
            go(wait_at_gate, &crowd);
        task_yield(); /* all of them park */
        chan_close(crowd.gate);
        wait_group_wait(&crowd.group);
        chan_drop(crowd.gate);
        woken += crowd.woken;
    }
    bench_expect(s, "tasks woken by the close", woken, bench_done(s));
}

void register_spawn(void)
{
    bench_task("micro/spawn", spawn);
    bench_arg(bench_task("micro/spawn_parked", spawn_parked), 1000);
}
