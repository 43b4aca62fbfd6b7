/* Full buffer, cured: the buffer has room for every answer, so no backend ever
 * waits for a handler that has left; the last one to drop the channel frees the
 * answers in it. The other cure is a select with a way out, on the request's
 * context: it is the better one where answers are many or their number unknown.
 * Decision matrix: none of the five; the channel is too small.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

enum { BACKENDS = 3 };

struct answer {
    int cents;
};

static void ask_backend(void *arg)
{
    struct chan *answers = arg;
    defer(chan_drop, answers);

    struct answer answer = {.cents = 4200};
    chan_send(answers, &answer);
}

void fix_full_buffer(struct ctx *request)
{
    struct chan *answers = chan_make(struct answer, BACKENDS); /* the cure */
    defer(chan_drop, answers);

    for (int i = 0; i < BACKENDS; i++)
        go(ask_backend, chan_ref(answers));

    struct answer first;
    chan_recv(answers, &first);
}
