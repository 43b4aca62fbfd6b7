/* Semaphore: the cost of a slot, free or waited for.
 *
 * micro/semaphore/free       counted: one slot taken and given back that nobody else wants.
 * micro/semaphore/wanted/N   counted: one slot of one taken, a yield while it is held, and given back,
 *                            by N tasks in turn: all but the first park.
 */
#include "task/semaphore.h"
#include "bench/topics.h"
#include "task/ctx.h"
#include "task/task.h"
#include "task/wait_group.h"

static void acquire_alone(struct bench_state *s)
{
    struct semaphore slots = {.size = 1};
    int64_t n = bench_batch(s);
    for (int64_t i = 0; i < n; i++) {
        semaphore_acquire(ctx_background(), &slots, 1);
        semaphore_release(&slots, 1);
    }
    bench_batch_end(s);
    bench_expect(s, "taken at the end", slots.held, 0);
}

struct crowd {
    struct semaphore slots;
    struct wait_group group;
    struct ctx *ctx;
    int64_t each, taken; /* slots: by each task, and in all */
};

static void acquire_often(void *arg)
{
    struct crowd *crowd = arg;
    for (int64_t i = 0; i < crowd->each; i++) {
        crowd->taken += semaphore_acquire(crowd->ctx, &crowd->slots, 1) == CTX_OK;
        task_yield();
        semaphore_release(&crowd->slots, 1);
    }
    wait_group_done(&crowd->group);
}

/* The tasks are made within what is timed, so each takes many. */
static void acquire_wanted(struct bench_state *s)
{
    int64_t n = bench_value(s);
    struct crowd crowd = {
        .slots = {.size = 1}, .each = 256, .ctx = ctx_with_cancel(ctx_background())};
    while (bench_loop_of(s, n * crowd.each)) {
        wait_group_add(&crowd.group, n);
        for (int64_t i = 0; i < n; i++)
            go(acquire_often, &crowd);
        wait_group_wait(&crowd.group);
    }
    ctx_drop(crowd.ctx);
    bench_expect(s, "slots taken", crowd.taken, bench_done(s));
}

void register_semaphore(void)
{
    bench_task("micro/semaphore/free", acquire_alone);
    struct bench *b = bench_task("micro/semaphore/wanted", acquire_wanted);
    bench_range(b, 2, 512, 16);
}
