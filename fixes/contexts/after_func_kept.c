/* After-func kept, cured: who asks to be called takes it back when there is
 * nothing left to do, by a deferred stop.
 * Decision matrix: context.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

struct transaction {
    struct ctx *ctx;
    int rows;
};

static void roll_back(void *arg)
{
    struct transaction *transaction = arg;
    transaction->rows = 0;
}

static void run(struct transaction *transaction)
{
    struct ctx_after *after =
        ctx_after_func(transaction->ctx, roll_back, transaction);
    defer(ctx_after_drop, after); /* which stops nothing */
    defer(ctx_after_stop, after); /* the cure */

    transaction->rows++;
}

void fix_after_func_kept(struct ctx *request)
{
    struct ctx *connection = ctx_with_cancel(ctx_background());
    defer(ctx_drop, connection);
    struct transaction *transaction = malloc(sizeof *transaction);
    defer(free, transaction);
    *transaction = (struct transaction){.ctx = connection};

    run(transaction);
}
