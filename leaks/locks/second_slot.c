/* Second slot, leaking: a report reads orders over a connection of the pool,
 * and for each order its customer, over another one. Two reports have both
 * connections of the pool, and each wants one more. A larger pool only waits
 * for more reports. Seen in HikariCP#442 and asyncpg#5.
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
    semaphore_acquire(ctx_background(), &database->pool, 1); /* both park */
    defer(semaphore_release_one, &database->pool);
    query(database);
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

void leak_second_slot(struct ctx *request)
{
    struct database *database = shared_new(sizeof *database, NULL);
    defer(shared_drop, database);
    database->pool.size = CONNECTIONS;

    for (int i = 0; i < REPORTS; i++)
        go(report, shared_ref(database));
}
