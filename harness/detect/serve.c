#include "detect/serve.h"
#include "profile/quiescence.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"

static const int64_t patience = 50 * MILLISECOND, moment = 100 * MILLISECOND;

struct work {
    void (*entry)(struct ctx *request);
};

static void serve_one(void *arg)
{
    const struct work *work = arg;
    struct ctx *request = ctx_with_timeout(ctx_background(), patience);
    defer(ctx_drop, request);
    defer(ctx_cancel, request);
    work->entry(request);
}

void serve_requests(const struct pair *pair, enum variant variant, uint64_t requests)
{
    static struct work work; /* a request that leaks may look at it for ever */
    int64_t start = clock_now();
    work.entry = pair->entry[variant];
    for (uint64_t n = 1; n <= requests; n++) {
        go(serve_one, &work);
        quiescence_pass_until(start + (int64_t)n * MILLISECOND);
    }
    quiescence_reach(patience +
                     moment); /* and what connections have to say to each other is said */
}
