/* Locked twice, cured: what is called under the lock does not take it. The
 * function without a lock is for who has it, and says so in its name.
 * Decision matrix: none of the five; one place takes the lock.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/task.h"

enum { SLOTS = 4 };

struct machine {
    struct mutex lock;
    bool taken[SLOTS];
};

static int free_slot_locked(const struct machine *machine)
{
    for (int i = 0; i < SLOTS; i++)
        if (!machine->taken[i])
            return i;
    return -1;
}

/* For who does not have the lock. */
static int free_slot(struct machine *machine)
{
    mutex_lock(&machine->lock);
    defer(mutex_unlock, &machine->lock);
    return free_slot_locked(machine);
}

static void add_disk(struct machine *machine)
{
    mutex_lock(&machine->lock);
    defer(mutex_unlock, &machine->lock);

    int slot = free_slot_locked(machine); /* the cure */
    if (slot >= 0)
        machine->taken[slot] = true;
}

void fix_locked_twice(struct ctx *request)
{
    struct machine machine = {.taken = {true}};

    if (free_slot(&machine) >= 0)
        add_disk(&machine);
}
