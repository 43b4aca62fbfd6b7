/* Channel close, leaking: the producer sends its rows and returns. Its consumer
 * ranges over the channel, and a range ends only when the channel is closed:
 * after the last row it waits for one more.
 * Decision matrix: channel close.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

enum { ROWS = 5 };

struct row {
    int value;
};

static void consume(void *arg)
{
    struct chan *rows = arg;
    defer(chan_drop, rows);
    struct row row;
    int total = 0;

    while (chan_recv(rows, &row)) /* parks here, for ever, after the last row */
        total += row.value;
}

static void produce(void *arg)
{
    struct chan *rows = arg;
    defer(chan_drop, rows);

    for (int i = 0; i < ROWS; i++)
        chan_send(rows, &(struct row){.value = i});
}

void leak_channel_close(struct ctx *request)
{
    struct chan *rows = chan_make(struct row, 0);
    defer(chan_drop, rows);

    go(consume, chan_ref(rows));
    go(produce, chan_ref(rows));
}
