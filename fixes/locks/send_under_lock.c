/* Send under a lock, cured: under the lock is done what the lock is for, and
 * nothing that parks. What is to be told is copied, and told after the unlock.
 * Decision matrix: none of the five; under a lock nothing else is waited for.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/shared.h"
#include "task/task.h"

struct balancer {
    struct mutex lock;
    struct chan *changes;
    int address, watchers;
};

static void free_balancer(void *arg)
{
    struct balancer *balancer = arg;
    chan_drop(balancer->changes);
}

static void change_address(void *arg)
{
    struct balancer *balancer = arg;
    defer(shared_drop, balancer);

    mutex_lock(&balancer->lock);
    int address = ++balancer->address;
    mutex_unlock(&balancer->lock);
    chan_send(balancer->changes, &address); /* the cure: after it */
}

static void watch(void *arg)
{
    struct balancer *balancer = arg;
    defer(shared_drop, balancer);
    int address;

    mutex_lock(&balancer->lock);
    balancer->watchers++;
    mutex_unlock(&balancer->lock);
    chan_recv(balancer->changes, &address);
}

void fix_send_under_lock(struct ctx *request)
{
    struct balancer *balancer = shared_new(sizeof *balancer, free_balancer);
    defer(shared_drop, balancer);
    balancer->changes = chan_make(int, 0);

    go(change_address, shared_ref(balancer));
    go(watch, shared_ref(balancer));
}
