/* Missed unlock, cured: the unlock is deferred right behind the lock, so that
 * every way out passes it.
 * Decision matrix: none of the five; give back where you take.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/shared.h"
#include "task/task.h"

struct account {
    struct mutex lock;
    int cents, statements;
};

static bool withdraw(struct account *account, int cents)
{
    mutex_lock(&account->lock);
    defer(mutex_unlock, &account->lock); /* the cure */

    if (account->cents < cents)
        return false;
    account->cents -= cents;
    return true;
}

static void write_statement(void *arg)
{
    struct account *account = arg;
    defer(shared_drop, account);

    mutex_lock(&account->lock);
    account->statements++;
    mutex_unlock(&account->lock);
}

void fix_missed_unlock(struct ctx *request)
{
    struct account *account = shared_new(sizeof *account, NULL);
    defer(shared_drop, account);
    account->cents = 500;

    withdraw(account, 4200);
    go(write_statement, shared_ref(account));
}
