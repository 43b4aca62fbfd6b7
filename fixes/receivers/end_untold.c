/* End untold, cured: every change that the reader waits for wakes it, the last
 * one too. It is a broadcast, because an end concerns all of them.
 * Decision matrix: none of the five; a change is signalled.
 */
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/shared.h"
#include "task/task.h"

struct stream {
    struct mutex lock;
    struct cond changed;
    int items;
    bool ended;
};

static void add_item(struct stream *stream)
{
    mutex_lock(&stream->lock);
    stream->items++;
    cond_signal(&stream->changed);
    mutex_unlock(&stream->lock);
}

static void end(struct stream *stream)
{
    mutex_lock(&stream->lock);
    stream->ended = true;
    cond_broadcast(&stream->changed); /* the cure */
    mutex_unlock(&stream->lock);
}

static void read_items(void *arg)
{
    struct stream *stream = arg;
    defer(shared_drop, stream);
    mutex_lock(&stream->lock);
    defer(mutex_unlock, &stream->lock);

    while (!stream->ended) {
        if (stream->items)
            stream->items--;
        else
            cond_wait(&stream->changed);
    }
}

void fix_end_untold(struct ctx *request)
{
    struct stream *stream = shared_new(sizeof *stream, NULL);
    defer(shared_drop, stream);
    stream->changed.mutex = &stream->lock;
    go(read_items, shared_ref(stream));

    add_item(stream);
    task_yield();
    end(stream);
}
