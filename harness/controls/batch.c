/* No leak: requests gather in a batch, and its task writes it when ten have
 * come. What is left after a last one waits for the next.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

enum { BATCH = 10 };

static struct chan *items;

static void write_batch(void *arg)
{
    struct chan *mine = arg;
    defer(chan_drop, mine);

    for (int i = 0; i < BATCH; i++)
        chan_recv(mine, NULL);
}

void control_batch(struct ctx *request)
{
    static int number;
    if (number++ % BATCH == 0) {
        chan_drop(items);
        items = chan_make(int, BATCH);
        go(write_batch, chan_ref(items));
    }
    chan_send(items, &number);
}
