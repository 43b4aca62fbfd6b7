/* Missed unlock, leaking: a withdrawal locks the account, sees that there is
 * not enough on it, and returns, past its unlock. Nobody waits at that moment.
 * The next one who wants the account does, for an owner that has ended. Seen
 * in moby#17176 and cockroach#584.
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

    if (account->cents < cents)
        return false;
    account->cents -= cents;
    mutex_unlock(&account->lock);
    return true;
}

static void write_statement(void *arg)
{
    struct account *account = arg;
    defer(shared_drop, account);

    mutex_lock(&account->lock); /* parks here, for ever */
    account->statements++;
    mutex_unlock(&account->lock);
}

void leak_missed_unlock(struct ctx *request)
{
    struct account *account = shared_new(sizeof *account, NULL);
    defer(shared_drop, account);
    account->cents = 500;

    withdraw(account, 4200);
    go(write_statement, shared_ref(account));
}
