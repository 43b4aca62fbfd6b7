/* Background call, cured: the request's context is handed down. The background
 * is for main, and for what truly belongs to no request.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

struct lookup {
    struct ctx *ctx;
    struct chan *answers;
};

static void await_answer(void *arg)
{
    struct lookup *lookup = arg;
    defer(free, lookup);
    defer(ctx_drop, lookup->ctx);
    defer(chan_drop, lookup->answers);
    int address;

    chan_select(on_recv(lookup->answers, &address),
                on_recv(ctx_done(lookup->ctx), NULL));
}

static void look_up(struct ctx *ctx)
{
    struct chan *answers = chan_make(int, 0); /* the server is silent */
    defer(chan_drop, answers);

    struct lookup *lookup = malloc(sizeof *lookup);
    *lookup = (struct lookup){ctx_ref(ctx), chan_ref(answers)};
    go(await_answer, lookup);
}

void fix_background_call(struct ctx *request)
{
    look_up(request); /* the cure */
    chan_recv(ctx_done(request), NULL);
}
