/* Wait group: the cost of waiting for others.
 *
 * micro/wait_group/add_done   counted: one add and its done; nobody waits.
 * micro/wait_group/wait/N     counted: one of N tasks that are made, say done and end, with one
 *                             waiter for all of them.
 */
#include "task/wait_group.h"
#include "bench/topics.h"
#include "task/task.h"

static void add_done(struct bench_state *s)
{
    struct wait_group group = {0};
    int64_t n = bench_batch(s);
    for (int64_t i = 0; i < n; i++) {
        wait_group_add(&group, 1);
        wait_group_done(&group);
    }
    bench_batch_end(s);
    bench_expect(s, "count at the end", group.count, 0);
}

struct team {
    struct wait_group group;
    int64_t done;
};

static void say_done(void *arg)
{
    struct team *team = arg;
    team->done++;
    wait_group_done(&team->group);
}

static void wait_for_all(struct bench_state *s)
{
    int64_t n = bench_value(s), early = 0, done = 0;
    while (bench_loop_of(s, n)) {
        struct team team = {0};
        wait_group_add(&team.group, n);
        for (int64_t i = 0; i < n; i++)
            go(say_done, &team);
        early += team.done;
        wait_group_wait(&team.group);
        done += team.done;
    }
    bench_expect(s, "done before the wait", early, 0);
    bench_expect(s, "done after the wait", done, bench_done(s));
}

void register_wait_group(void)
{
    bench_task("micro/wait_group/add_done", add_done);
    struct bench *b = bench_task("micro/wait_group/wait", wait_for_all);
    bench_range(b, 1, 10000, 10);
}
