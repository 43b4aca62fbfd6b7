/* Nil channel, leaking: a listener hands on what its source tells. The source
 * was made for one answer, without notifications, so its channel was never
 * made; a receive from no channel is no error, it waits for ever.
 * Decision matrix: channel close.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"

struct source {
    bool notifies;
    struct chan *notifications;
};

static void free_source(void *arg)
{
    struct source *source = arg;
    chan_drop(source->notifications);
}

static struct source *source_new(bool notifies)
{
    struct source *source = shared_new(sizeof *source, free_source);
    source->notifies = notifies;
    if (notifies)
        source->notifications = chan_make(int, 0);
    return source;
}

static void listen_to(void *arg)
{
    struct source *source = arg;
    defer(shared_drop, source);
    int notification, heard = 0;

    while (chan_recv(source->notifications, &notification)) /* parks here */
        heard++;
}

void leak_nil_channel(struct ctx *request)
{
    struct source *source = source_new(false);
    defer(shared_drop, source);

    go(listen_to, shared_ref(source));
}
