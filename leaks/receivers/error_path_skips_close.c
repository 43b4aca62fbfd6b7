/* Error path, leaking: the producer closes the channel after its last row. At
 * a row that can not be read it returns, past the close, and its consumer
 * waits for the rows that do not come. Seen in grpc-go#862 and
 * cockroach#13755.
 * Decision matrix: channel close.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

enum { ROWS = 5, UNREADABLE = 3 };

struct row {
    int number;
};

static void add_up(void *arg)
{
    struct chan *rows = arg;
    defer(chan_drop, rows);
    struct row row;
    int total = 0;

    while (chan_recv(rows, &row)) /* parks here, for ever */
        total += row.number;
}

static bool read_row(int number, struct row *row)
{
    row->number = number;
    return number != UNREADABLE;
}

static void read_rows(void *arg)
{
    struct chan *rows = arg;
    defer(chan_drop, rows);
    struct row row;

    for (int i = 0; i < ROWS; i++) {
        if (!read_row(i, &row))
            return;
        chan_send(rows, &row);
    }
    chan_close(rows);
}

void leak_error_path_skips_close(struct ctx *request)
{
    struct chan *rows = chan_make(struct row, 0);
    defer(chan_drop, rows);

    go(add_up, chan_ref(rows));
    go(read_rows, chan_ref(rows));
}
