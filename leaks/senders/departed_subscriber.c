/* Departed subscriber, leaking: a publisher hands each piece of news to every
 * subscriber on its list. One has seen what it wanted and returns; it stays on
 * the list, and the next piece waits for it: for ever, and with it all others
 * on the list.
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
    int headline;

    chan_recv(me->news, &headline); /* one is enough */
}

static void publish(struct subscriber *subscriber, int headline)
{
    chan_send(subscriber->news, &headline); /* parks here, for ever */
}

void leak_departed_subscriber(struct ctx *request)
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
