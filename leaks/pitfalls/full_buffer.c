/* Full buffer, leaking: three backends are asked, the first answer is taken,
 * and the handler leaves. The buffer has room for one late answer; the backend
 * that comes last waits for room that nobody will make.
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
    chan_send(answers, &answer); /* the last one parks here, for ever */
}

void leak_full_buffer(struct ctx *request)
{
    struct chan *answers = chan_make(struct answer, 1);
    defer(chan_drop, answers);

    for (int i = 0; i < BACKENDS; i++)
        go(ask_backend, chan_ref(answers));

    struct answer first;
    chan_recv(answers, &first);
}
