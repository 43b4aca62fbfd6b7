/* What the tests of I/O share: two ends, and a task that reads and says what it got. */
#pragma once

#include "test/support.h"

#include "task/ctx.h"
#include "task/defer.h"
#include "task/io.h"
#include <errno.h>
#include <string.h>

/* What is written to the second is read from the first. */
typedef int open_ends(struct io *ends[2]);

static inline struct ctx *never(void)
{
    return ctx_background();
}

struct reader {
    struct ctx *ctx;
    struct io *io;
    size_t size; /* at most 63 */
};

/* Notes the text, or "end", or the error's name. */
static inline void read_and_say(void *arg)
{
    struct reader *r = arg;
    char text[64] = "";
    ssize_t n = io_read(r->ctx, r->io, text, r->size);
    note("%s", n < 0 ? strerrorname_np((int)-n) : n ? text : "end");
}

static inline void open_both(struct io *ends[2], open_ends *make)
{
    assert_int_equal(make(ends), 0);
    assert_int_equal(task_stats.ios, 2);
}

static inline void drop_both(struct io *ends[2])
{
    io_drop(ends[0]);
    io_drop(ends[1]);
}

static inline void write_text(struct io *io, const char *text)
{
    assert_int_equal(io_write(never(), io, text, strlen(text)), strlen(text));
}
