/* Double send, leaking: the lookup fails, and sends that. A return is missing,
 * so the reply of a lookup that went well is sent as well. The caller wanted
 * one answer, has it, and is gone.
 * Decision matrix: none of the five; one answer for one question.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

struct reply {
    int price, error;
};

enum { UNKNOWN_ARTICLE = 1 };

static int look_up(int article, int *price)
{
    *price = article * 100;
    return article == 0 ? UNKNOWN_ARTICLE : 0;
}

static void answer(void *arg)
{
    struct chan *replies = arg;
    defer(chan_drop, replies);
    struct reply reply = {0};

    reply.error = look_up(0, &reply.price);
    if (reply.error) {
        chan_send(replies, &reply);
    }
    reply.price += 19;
    chan_send(replies, &reply); /* parks here, for ever */
}

void leak_double_send(struct ctx *request)
{
    struct chan *replies = chan_make(struct reply, 0);
    defer(chan_drop, replies);

    go(answer, chan_ref(replies));

    struct reply reply;
    chan_recv(replies, &reply);
}
