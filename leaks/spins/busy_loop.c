/* Busy loop, leaking: a lock of one's own, a flag, and a loop that yields
 * until it is free; that worked while it was held for a moment. Its owner has
 * ended and left it set: the task never parks, and takes all the time that
 * others leave.
 * Decision matrix: none of the five; wait, do not ask.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/shared.h"
#include "task/task.h"

struct index {
    bool locked;
    int entries;
};

static void lock(struct index *index)
{
    while (index->locked)
        task_yield(); /* runs here, for ever */
    index->locked = true;
}

static void unlock(struct index *index)
{
    index->locked = false;
}

static bool add_entry(struct index *index, int most)
{
    lock(index);
    if (index->entries >= most)
        return false;
    index->entries++;
    unlock(index);
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

void leak_busy_loop(struct ctx *request)
{
    struct index *index = shared_new(sizeof *index, NULL);
    defer(shared_drop, index);

    add_entry(index, 0);
    go(count_entries, shared_ref(index));
}
