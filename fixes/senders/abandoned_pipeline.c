/* Abandoned pipeline, cured: one done channel for all stages, closed by who
 * leaves. Each stage selects on it where it sends. In a request its context
 * does the same.
 * Decision matrix: done channel.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"

struct pipeline {
    struct chan *lines, *records, *done;
};

static void free_pipeline(void *arg)
{
    struct pipeline *pipeline = arg;
    chan_drop(pipeline->lines);
    chan_drop(pipeline->records);
    chan_drop(pipeline->done);
}

/* False where nobody wants it any more. */
static bool hand_over(struct pipeline *pipeline, struct chan *to, int value)
{
    return chan_select(on_send(to, &value), /* the cure */
                       on_recv(pipeline->done, NULL)) == 0;
}

static void read_lines(void *arg)
{
    struct pipeline *pipeline = arg;
    defer(shared_drop, pipeline);
    defer(chan_close, pipeline->lines);
    for (int line = 0; hand_over(pipeline, pipeline->lines, line);)
        line++;
}

static void parse_lines(void *arg)
{
    struct pipeline *pipeline = arg;
    defer(shared_drop, pipeline);
    int line;
    while (chan_recv(pipeline->lines, &line) &&
           hand_over(pipeline, pipeline->records, line % 10))
        continue;
}

void fix_abandoned_pipeline(struct ctx *request)
{
    struct pipeline *pipeline = shared_new(sizeof *pipeline, free_pipeline);
    defer(shared_drop, pipeline);
    pipeline->lines = chan_make(int, 0);
    pipeline->records = chan_make(int, 0);
    pipeline->done = chan_make(struct {}, 0);
    defer(chan_close, pipeline->done);
    go(read_lines, shared_ref(pipeline));
    go(parse_lines, shared_ref(pipeline));

    int record = 0;
    while (record != 5)
        chan_recv(pipeline->records, &record);
}
