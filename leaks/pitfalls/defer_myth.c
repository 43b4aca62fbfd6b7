/* The defer myth, leaking: the task defers the release of its buffer, and so it
 * looks safe. But deferred calls run when their block is left, and a task that
 * waits for ever for a row never leaves it: the buffer leaks with the task.
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
    defer(free, buffer); /* the myth: that this runs whatever happens */
    struct row row;

    snprintf(buffer, BUFFER_BYTES, "<table>");
    chan_recv(page->rows, &row); /* parks here, for ever */
    snprintf(buffer, BUFFER_BYTES, "<table><td>%d</table>", row.value);
}

void leak_defer_myth(struct ctx *request)
{
    struct chan *rows = chan_make(struct row, 0);
    defer(chan_drop, rows);

    struct page *page = malloc(sizeof *page);
    *page = (struct page){ctx_ref(request), chan_ref(rows)};
    go(render_page, page);
}
