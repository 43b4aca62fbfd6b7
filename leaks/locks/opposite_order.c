/* Opposite order, leaking: a transfer locks the account that pays, writes it
 * into the journal, and locks the account that is paid. Two transfers between
 * the same accounts, there and back, have one lock each then, and want the
 * other. Seen in cockroach#10214.
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
    struct mutex *first = &bank->locks[from], *second = &bank->locks[to];
    mutex_lock(first);
    write_journal();
    mutex_lock(second); /* both park here, for ever */
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

void leak_opposite_order(struct ctx *request)
{
    struct bank *bank = shared_new(sizeof *bank, NULL);
    defer(shared_drop, bank);

    go(move_there, shared_ref(bank));
    go(move_back, shared_ref(bank));
}
