/* Departed subscriber, cured: who leaves says so, by a channel that it closes,
 * and the publisher selects on it. To drop news where a subscriber is slow, a
 * send that does not wait, is the other cure, for news that may be lost.
 * Decision matrix: done channel.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"

enum { NEWS = 2 };

struct subscriber {
    struct chan *news, *left;
};

static void free_subscriber(void *arg)
{
    struct subscriber *subscriber = arg;
    chan_drop(subscriber->news);
    chan_drop(subscriber->left);
}

static void read_headline(void *arg)
{
    struct subscriber *me = arg;
    defer(shared_drop, me);
    defer(chan_close, me->left); /* the cure: who leaves says so */
    int headline;

    chan_recv(me->news, &headline); /* one is enough */
}

static void publish(struct subscriber *subscriber, int headline)
{
    chan_select(on_send(subscriber->news, &headline),
                on_recv(subscriber->left, NULL));
}

void fix_departed_subscriber(struct ctx *request)
{
    struct subscriber *subscriber =
        shared_new(sizeof *subscriber, free_subscriber);
    defer(shared_drop, subscriber);
    subscriber->news = chan_make(int, 0);
    subscriber->left = chan_make(struct {}, 0);
    go(read_headline, shared_ref(subscriber));

    for (int i = 0; i < NEWS; i++)
        publish(subscriber, i);
}
