/* Channel close, cured: the sender, who alone knows that all is sent, closes
 * the channel. The consumer gets what is left, then `false`, and its range
 * ends.
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

    while (chan_recv(rows, &row))
        total += row.value;
}

static void produce(void *arg)
{
    struct chan *rows = arg;
    defer(chan_drop, rows);
    defer(chan_close, rows); /* the cure: the sender closes */

    for (int i = 0; i < ROWS; i++)
        chan_send(rows, &(struct row){.value = i});
}

void fix_channel_close(struct ctx *request)
{
    struct chan *rows = chan_make(struct row, 0);
    defer(chan_drop, rows);

    go(consume, chan_ref(rows));
    go(produce, chan_ref(rows));
}
