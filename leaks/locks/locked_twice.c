/* Locked twice, leaking: adding a disk locks the machine, and asks for a free
 * slot. That is asked for from elsewhere too, so the function that finds one
 * locks the machine as well. A lock does not know its owner again: the task
 * waits for itself. Seen in moby#36114.
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
    mutex_lock(&machine->lock); /* parks here, for ever */
    defer(mutex_unlock, &machine->lock);
    return free_slot_locked(machine);
}

static void add_disk(struct machine *machine)
{
    mutex_lock(&machine->lock);
    defer(mutex_unlock, &machine->lock);

    int slot = free_slot(machine);
    if (slot >= 0)
        machine->taken[slot] = true;
}

void leak_locked_twice(struct ctx *request)
{
    struct machine machine = {.taken = {true}};

    if (free_slot(&machine) >= 0)
        add_disk(&machine);
}
