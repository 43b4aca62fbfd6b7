/* One signal for many, leaking: three tasks wait until the snapshot is there.
 * It is, and that is signalled: a signal wakes one. The two others would find
 * it there as well, if somebody woke them.
 * Decision matrix: none of the five; tell all for whom it is true.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/shared.h"
#include "task/task.h"

enum { READERS = 3 };

struct snapshot {
    struct mutex lock;
    struct cond made;
    bool is_there;
    int reads;
};

static void read_snapshot(void *arg)
{
    struct snapshot *snapshot = arg;
    defer(shared_drop, snapshot);
    mutex_lock(&snapshot->lock);
    defer(mutex_unlock, &snapshot->lock);

    while (!snapshot->is_there)
        cond_wait(&snapshot->made); /* two park here, for ever */
    snapshot->reads++;
}

static void make_snapshot(struct snapshot *snapshot)
{
    mutex_lock(&snapshot->lock);
    snapshot->is_there = true;
    cond_signal(&snapshot->made);
    mutex_unlock(&snapshot->lock);
}

void leak_one_signal_for_many(struct ctx *request)
{
    struct snapshot *snapshot = shared_new(sizeof *snapshot, NULL);
    defer(shared_drop, snapshot);
    snapshot->made.mutex = &snapshot->lock;

    for (int i = 0; i < READERS; i++)
        go(read_snapshot, shared_ref(snapshot));
    task_yield();
    make_snapshot(snapshot);
}
