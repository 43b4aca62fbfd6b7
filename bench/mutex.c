/* Mutex: the cost of a lock, free or wanted by many.
 *
 * micro/mutex/free       counted: one lock and unlock that nobody else wants.
 * micro/mutex/wanted/N   counted: one lock, a yield while it is held, and the unlock, by N tasks in
 *                        turn: every lock but the first parks.
 */
#include "task/mutex.h"
#include "bench/topics.h"
#include "task/inspect.h"
#include "task/task.h"
#include "task/wait_group.h"

static void lock_alone(struct bench_state *s)
{
    struct mutex m = {0};
    int64_t n = bench_batch(s);
    for (int64_t i = 0; i < n; i++) {
        mutex_lock(&m);
        mutex_unlock(&m);
    }
    bench_batch_end(s);
    bench_expect(s, "locked at the end", m.owner.id, 0);
}

struct crowd {
    struct mutex mutex;
    struct wait_group group;
    int64_t each; /* locks by each task */
    int64_t inside, most_inside, locks, parks;
    bool counts_parks; /* which takes a look at all tasks */
};

static bool add_own_parks(const struct task_info *task, void *arg)
{
    if (task->id == task_id())
        *(int64_t *)arg += (int64_t)task->parks;
    return true;
}

static void lock_often(void *arg)
{
    struct crowd *crowd = arg;
    for (int64_t i = 0; i < crowd->each; i++) {
        mutex_lock(&crowd->mutex);
        crowd->inside++;
        if (crowd->inside > crowd->most_inside)
            crowd->most_inside = crowd->inside;
        task_yield();
        crowd->locks++;
        crowd->inside--;
        mutex_unlock(&crowd->mutex);
    }
    if (crowd->counts_parks)
        task_each(add_own_parks, &crowd->parks);
    wait_group_done(&crowd->group);
}

static void lock_by_all(struct crowd *crowd, int64_t n)
{
    wait_group_add(&crowd->group, n);
    for (int64_t i = 0; i < n; i++)
        go(lock_often, crowd);
    wait_group_wait(&crowd->group);
}

/* That they park is seen before the clock starts. The tasks are made within what is timed, so each has many locks. */
static void lock_wanted(struct bench_state *s)
{
    int64_t n = bench_value(s);
    struct crowd seen = {.each = 4, .counts_parks = true}, crowd = {.each = 256};
    lock_by_all(&seen, n);
    while (bench_loop_of(s, n * crowd.each))
        lock_by_all(&crowd, n);
    bench_expect(s, "locks", crowd.locks, bench_done(s));
    bench_expect(s, "tasks inside at once", crowd.most_inside, 1);
    bench_expect(s, "locks that parked", seen.parks, seen.locks - 1);
}

void register_mutex(void)
{
    bench_task("micro/mutex/free", lock_alone);
    struct bench *b = bench_task("micro/mutex/wanted", lock_wanted);
    bench_range(b, 2, 512, 16);
}
