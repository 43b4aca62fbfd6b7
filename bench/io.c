/* I/O: the cost of a round trip between two tasks, by way of the loop.
 *
 * micro/io/echo   counted: one byte there and back over a pair of unix sockets: four system calls of
 *                 the tasks', four parks, and the loop's polls between them.
 */
#include "task/io.h"
#include "bench/topics.h"
#include "task/ctx.h"
#include "task/task.h"

static void answer(void *arg)
{
    struct io *io = arg;
    char byte;
    while (io_read(ctx_background(), io, &byte, 1) == 1)
        io_write(ctx_background(), io, &byte, 1);
    io_drop(io);
}

static void echo(struct bench_state *s)
{
    struct io *ends[2];
    if (io_pair(ends)) {
        bench_skip(s, "no descriptors for a pair of sockets");
        return;
    }
    go(answer, ends[1]);
    int64_t n = bench_batch(s), answers = 0;
    for (int64_t i = 0; i < n; i++) {
        char byte = (char)i;
        io_write(ctx_background(), ends[0], &byte, 1);
        answers += io_read(ctx_background(), ends[0], &byte, 1) == 1 && byte == (char)i;
    }
    bench_batch_end(s);
    io_shutdown(ends[0]);
    char byte;
    io_read(ctx_background(), ends[0], &byte, 1); /* until the other side has ended */
    io_drop(ends[0]);
    bench_expect(s, "answers", answers, n);
}

void register_io(void)
{
    bench_task("micro/io/echo", echo);
}
