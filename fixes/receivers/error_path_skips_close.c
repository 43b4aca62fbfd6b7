/* Error path, cured: the close is deferred where the producer begins, so that
 * it happens on every way out.
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

    while (chan_recv(rows, &row))
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
    defer(chan_close, rows); /* the cure */
    struct row row;

    for (int i = 0; i < ROWS; i++) {
        if (!read_row(i, &row))
            return;
        chan_send(rows, &row);
    }
}

void fix_error_path_skips_close(struct ctx *request)
{
    struct chan *rows = chan_make(struct row, 0);
    defer(chan_drop, rows);

    go(add_up, chan_ref(rows));
    go(read_rows, chan_ref(rows));
}
