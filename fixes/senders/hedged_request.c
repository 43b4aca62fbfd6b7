/* Hedged request, cured: the first answer cancels the rest, and who sends
 * selects on that: it is of no use to let a replica work for an answer that
 * nobody wants. Room for three answers would end the tasks too, but not their
 * work.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

enum { REPLICAS = 3 };

struct answer {
    int replica;
};

struct question {
    struct ctx *ctx;
    struct chan *answers;
    int replica;
};

static void ask_replica(void *arg)
{
    struct question *question = arg;
    defer(free, question);
    defer(ctx_drop, question->ctx);
    defer(chan_drop, question->answers);

    struct answer answer = {question->replica};
    chan_select(on_send(question->answers, &answer),
                on_recv(ctx_done(question->ctx), NULL)); /* the cure */
}

void fix_hedged_request(struct ctx *request)
{
    struct ctx *ctx = ctx_with_cancel(request);
    defer(ctx_drop, ctx);
    defer(ctx_cancel, ctx);
    struct chan *answers = chan_make(struct answer, 0);
    defer(chan_drop, answers);

    for (int i = 0; i < REPLICAS; i++) {
        struct question *question = malloc(sizeof *question);
        *question = (struct question){ctx_ref(ctx), chan_ref(answers), i};
        go(ask_replica, question);
    }

    struct answer first;
    chan_recv(answers, &first);
}
