/* Send under a lock, leaking: a balancer changes its address under its lock,
 * and tells its watcher while it has it. The watcher has a look at the
 * balancer first, and wants the lock for that: each has what the other one
 * waits for. Seen in etcd#7443 and kubernetes#6632.
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
    chan_send(balancer->changes, &address); /* parks here, for ever */
    mutex_unlock(&balancer->lock);
}

static void watch(void *arg)
{
    struct balancer *balancer = arg;
    defer(shared_drop, balancer);
    int address;

    mutex_lock(&balancer->lock); /* and here */
    balancer->watchers++;
    mutex_unlock(&balancer->lock);
    chan_recv(balancer->changes, &address);
}

void leak_send_under_lock(struct ctx *request)
{
    struct balancer *balancer = shared_new(sizeof *balancer, free_balancer);
    defer(shared_drop, balancer);
    balancer->changes = chan_make(int, 0);

    go(change_address, shared_ref(balancer));
    go(watch, shared_ref(balancer));
}
