/* Busy loop, cured: a lock that parks who waits, and is given back on every
 * way out. It costs nothing while nobody wants it.
 * Decision matrix: none of the five; wait, do not ask.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/shared.h"
#include "task/task.h"

struct index {
    struct mutex lock;
    int entries;
};

static void lock(struct index *index)
{
    mutex_lock(&index->lock);
}

static void unlock(struct index *index)
{
    mutex_unlock(&index->lock);
}

static bool add_entry(struct index *index, int most)
{
    lock(index);
    defer(unlock, index); /* the cure */
    if (index->entries >= most)
        return false;
    index->entries++;
    return true;
}

static void count_entries(void *arg)
{
    struct index *index = arg;
    defer(shared_drop, index);

    lock(index);
    index->entries++;
    unlock(index);
}

void fix_busy_loop(struct ctx *request)
{
    struct index *index = shared_new(sizeof *index, NULL);
    defer(shared_drop, index);

    add_entry(index, 0);
    go(count_entries, shared_ref(index));
}
