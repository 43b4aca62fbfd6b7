/* Background call, leaking: the call selects on its context, as it should. But
 * what it was handed is the background, from a time when the function above
 * had no context to hand down: it is never cancelled, and the select has one
 * case that can be ready, which is not.
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

    chan_select(on_recv(lookup->answers, &address), /* parks here, for ever */
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

void leak_background_call(struct ctx *request)
{
    look_up(ctx_background());
    chan_recv(ctx_done(request), NULL);
}
