/* Stopped reader, cured: cancelling reaches both sides. Who writes selects on
 * the same context as who reads.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdlib.h>

enum { ROWS = 5 };

struct row {
    int number;
    bool good;
};

struct parser {
    struct ctx *ctx;
    struct chan *rows;
};

static void parse(void *arg)
{
    struct parser *parser = arg;
    defer(free, parser);
    defer(ctx_drop, parser->ctx);
    defer(chan_drop, parser->rows);

    for (int i = 0; i < ROWS; i++) {
        struct row row = {.number = i, .good = i > 0};
        if (chan_select(on_send(parser->rows, &row),
                        on_recv(ctx_done(parser->ctx), NULL)) == 1)
            return; /* the cure */
    }
}

void fix_stopped_reader(struct ctx *request)
{
    struct ctx *ctx = ctx_with_cancel(request);
    defer(ctx_drop, ctx);
    defer(ctx_cancel, ctx);
    struct chan *rows = chan_make(struct row, 0);
    defer(chan_drop, rows);

    struct parser *parser = malloc(sizeof *parser);
    *parser = (struct parser){ctx_ref(ctx), chan_ref(rows)};
    go(parse, parser);

    struct row row;
    for (int i = 0; i < ROWS; i++) {
        chan_recv(rows, &row);
        if (!row.good)
            return;
    }
}
