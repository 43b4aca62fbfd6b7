/* `served ID leak|fix REQUESTS`: serves them, and ends. A program without the harness in it, for those who look at
 * one from outside: LeakSanitizer, Valgrind. */
#include "detect/serve.h"
#include "task/ctx.h"
#include "task/io.h"
#include "task/task.h"
#include "task/time.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wish {
    const struct pair *pair;
    enum variant variant;
    uint64_t requests;
};

/* What the runtime opens once for all connections is there before any request, and so is no finding. */
static void open_for_connections(void)
{
    struct ctx *once = ctx_with_timeout(ctx_background(), MILLISECOND);
    struct io *ends[2];
    char byte;
    if (io_pair(ends) == 0) {
        io_read(once, ends[0], &byte, 1);
        io_drop(ends[0]);
        io_drop(ends[1]);
    }
    ctx_drop(once);
}

static void serve(void *arg)
{
    const struct wish *wish = arg;
    open_for_connections();
    serve_requests(wish->pair, wish->variant, wish->requests);
}

int main(int argc, char **argv)
{
    static struct wish wish;
    const struct pair *pair = argc == 4 ? catalog_find(argv[1]) : NULL;
    wish.variant = argc == 4 && strcmp(argv[2], "leak") == 0 ? VARIANT_LEAK : VARIANT_FIX;
    wish.pair = argc == 4 && !pair ? controls_find(argv[1]) : pair;
    if (!wish.pair || !wish.pair->entry[wish.variant]) {
        fprintf(stderr, "usage: served ID leak|fix REQUESTS (`leaklab detect` starts it)\n");
        return 2;
    }
    wish.requests = strtoull(argv[3], NULL, 10);
    clock_set_virtual(true);
    if (task_run(serve, &wish) != 0) {
        fprintf(stderr, "served: %s\n", task_error());
        return 2;
    }
    return 0; /* by exit(): who looks at the end of a program has its say */
}
