/* Context: the cost of a request's context, and of telling a whole tree that it is over.
 *
 * micro/context           counted: one child context made, cancelled and dropped.
 * micro/context/tree/N    counted: one of N contexts, in a tree of which each has up to four
 *                         children, cancelled by its root. Each has been asked for its done
 *                         channel, and one task waits for the last one's. Small trees come
 *                         by the thousand: what makes them is outside of the measurement.
 */
#include "bench/topics.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/task.h"
#include <stdlib.h>

static void make_and_cancel(struct bench_state *s)
{
    int64_t n = bench_batch(s), cancelled = 0;
    for (int64_t i = 0; i < n; i++) {
        struct ctx *c = ctx_with_cancel(ctx_background());
        ctx_cancel(c);
        cancelled += ctx_err(c) == CTX_CANCELED;
        ctx_drop(c);
    }
    bench_batch_end(s);
    bench_expect(s, "contexts cancelled", cancelled, n);
}

static void wait_for_end(void *ctx)
{
    chan_recv(ctx_done(ctx), 0);
}

enum { CHILDREN = 4, CONTEXTS = 10000 };

/* all[0..n-1] are one tree, and so on. */
static void make_trees(struct ctx **all, int64_t count, int64_t n)
{
    for (struct ctx **tree = all; tree < all + count; tree += n) {
        for (int64_t i = 0; i < n; i++) {
            tree[i] = ctx_with_cancel(i ? tree[(i - 1) / CHILDREN] : ctx_background());
            ctx_done(tree[i]);
        }
        go(wait_for_end, tree[n - 1]);
    }
    task_yield(); /* all who wait park */
}

static int64_t drop_trees(struct ctx **all, int64_t count)
{
    int64_t cancelled = 0;
    for (int64_t i = count - 1; i >= 0; i--) {
        cancelled += ctx_err(all[i]) == CTX_CANCELED;
        ctx_drop(all[i]);
    }
    return cancelled;
}

static void cancel_tree(struct bench_state *s)
{
    int64_t n = bench_value(s), count = n < CONTEXTS ? CONTEXTS / n * n : n, cancelled = 0;
    struct ctx **all = calloc((size_t)count, sizeof *all);
    if (!all) {
        bench_skip(s, "no memory for the trees");
        return;
    }
    while (bench_loop_of(s, count)) {
        bench_pause(s);
        make_trees(all, count, n);
        bench_resume(s);
        for (int64_t root = 0; root < count; root += n)
            ctx_cancel(all[root]);
        bench_pause(s);
        task_yield(); /* who waited ends, while its context is there */
        cancelled += drop_trees(all, count);
        bench_resume(s);
    }
    free(all);
    bench_expect(s, "contexts cancelled", cancelled, bench_done(s));
}

void register_cancel(void)
{
    bench_task("micro/context", make_and_cancel);
    struct bench *b = bench_task("micro/context/tree", cancel_tree);
    bench_range(b, 10, 100000, 10);
}
