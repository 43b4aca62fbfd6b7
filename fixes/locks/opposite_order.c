/* Opposite order, cured: locks have one order for all who take several,
 * whichever way the money goes. Here it is the account's number.
 * Decision matrix: none of the five; locks have one order.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/shared.h"
#include "task/task.h"

enum { ACCOUNTS = 2, FEE = 1 };

struct bank {
    struct mutex locks[ACCOUNTS];
    int cents[ACCOUNTS];
};

struct transfer {
    struct bank *bank;
    int from, to, cents;
};

static void write_journal(void)
{
    task_yield(); /* others run meanwhile */
}

static void move(struct bank *bank, int from, int to)
{
    int low = from < to ? from : to,
        high = from < to ? to : from; /* the cure */
    struct mutex *first = &bank->locks[low], *second = &bank->locks[high];
    mutex_lock(first);
    write_journal();
    mutex_lock(second);
    bank->cents[from] -= FEE;
    bank->cents[to] += FEE;
    mutex_unlock(second);
    mutex_unlock(first);
}

static void move_there(void *arg)
{
    struct bank *bank = arg;
    defer(shared_drop, bank);
    move(bank, 0, 1);
}

static void move_back(void *arg)
{
    struct bank *bank = arg;
    defer(shared_drop, bank);
    move(bank, 1, 0);
}

void fix_opposite_order(struct ctx *request)
{
    struct bank *bank = shared_new(sizeof *bank, NULL);
    defer(shared_drop, bank);

    go(move_there, shared_ref(bank));
    go(move_back, shared_ref(bank));
}
