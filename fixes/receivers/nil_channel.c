/* Nil channel, cured: whoever makes the source makes the channel as well, and
 * closes it in the mode that has no notifications. A NULL channel is good for
 * one thing only: to switch a case of a select off.
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
    source->notifications = chan_make(int, 0); /* the cure */
    if (!notifies)
        chan_close(source->notifications);
    return source;
}

static void listen_to(void *arg)
{
    struct source *source = arg;
    defer(shared_drop, source);
    int notification, heard = 0;

    while (chan_recv(source->notifications, &notification))
        heard++;
}

void fix_nil_channel(struct ctx *request)
{
    struct source *source = source_new(false);
    defer(shared_drop, source);

    go(listen_to, shared_ref(source));
}
