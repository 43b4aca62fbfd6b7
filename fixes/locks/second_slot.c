/* Second slot, cured: what is called gets the connection that its caller has.
 * Who needs two takes both at once: two units by one call are no trap.
 * Decision matrix: none of the five; take all you need at once.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/semaphore.h"
#include "task/shared.h"
#include "task/task.h"

enum { REPORTS = 2, CONNECTIONS = 2 };

struct database {
    struct semaphore pool;
    int queries;
};

static void query(struct database *database)
{
    database->queries++;
    task_yield(); /* for the answer */
}

static void find_customer(struct database *database)
{
    query(database); /* the cure: over the caller's connection */
}

static void report(void *arg)
{
    struct database *database = arg;
    defer(shared_drop, database);
    semaphore_acquire(ctx_background(), &database->pool, 1);
    defer(semaphore_release_one, &database->pool);

    query(database);
    find_customer(database);
}

void fix_second_slot(struct ctx *request)
{
    struct database *database = shared_new(sizeof *database, NULL);
    defer(shared_drop, database);
    database->pool.size = CONNECTIONS;

    for (int i = 0; i < REPORTS; i++)
        go(report, shared_ref(database));
}
