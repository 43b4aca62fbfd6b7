/* The defer myth, cured: the wait has a second way out, the request's context.
 * When the request is over the task returns, and only because it returns do its
 * deferred calls run.
 * Decision matrix: context.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_BYTES = 4096 };

struct row {
    int value;
};

struct page {
    struct ctx *ctx;
    struct chan *rows;
};

static void render_page(void *arg)
{
    struct page *page = arg;
    defer(free, page);
    defer(ctx_drop, page->ctx);
    defer(chan_drop, page->rows);
    char *buffer = malloc(BUFFER_BYTES);
    defer(free, buffer);
    struct row row;

    snprintf(buffer, BUFFER_BYTES, "<table>");
    if (chan_select(on_recv(page->rows, &row),
                    on_recv(ctx_done(page->ctx), NULL)) == 1)
        return; /* the cure: a way out, so that the deferred calls run */
    snprintf(buffer, BUFFER_BYTES, "<table><td>%d</table>", row.value);
}

void fix_defer_myth(struct ctx *request)
{
    struct chan *rows = chan_make(struct row, 0);
    defer(chan_drop, rows);

    struct page *page = malloc(sizeof *page);
    *page = (struct page){ctx_ref(request), chan_ref(rows)};
    go(render_page, page);
}
