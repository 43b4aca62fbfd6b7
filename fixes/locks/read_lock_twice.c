/* Read lock twice, cured: the lock is taken once, by who is called from
 * outside. What is called under it takes none.
 * Decision matrix: none of the five; one place takes the lock.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/shared.h"
#include "task/task.h"

enum { PODS = 3 };

struct state {
    struct rw_mutex lock;
    int processors[PODS];
};

static int processors_of(struct state *state, int pod)
{
    return state->processors[pod]; /* read under the caller's lock */
}

static void add_up(void *arg)
{
    struct state *state = arg;
    defer(shared_drop, state);
    rw_mutex_rlock(&state->lock);
    defer(rw_mutex_runlock, &state->lock);
    int sum = 0;

    for (int pod = 0; pod < PODS; pod++) {
        sum += processors_of(state, pod);
        task_yield(); /* to be fair to others */
    }
}

static void assign(void *arg)
{
    struct state *state = arg;
    defer(shared_drop, state);
    rw_mutex_lock(&state->lock);
    state->processors[0] = 2;
    rw_mutex_unlock(&state->lock);
}

void fix_read_lock_twice(struct ctx *request)
{
    struct state *state = shared_new(sizeof *state, NULL);
    defer(shared_drop, state);

    go(add_up, shared_ref(state));
    go(assign, shared_ref(state));
}
