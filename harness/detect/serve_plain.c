#include "detect/serve_plain.h"
#include "plain/loop_clock.h"
#include "plain/turning.h"
#include <signal.h>

enum { MS = 1000000 };
static const int64_t gap = MS, rest = 10000 * (int64_t)MS;

/* --- What libuv opens once ---------------------------------------------------------------------- */

static void nothing(uv_work_t *work)
{
    (void)work;
}

static void no_more(uv_work_t *work, int status)
{
    (void)work, (void)status;
}

static void on_signal(uv_signal_t *watcher, int number)
{
    (void)watcher, (void)number;
}

int serve_plain_open(uv_loop_t *loop)
{
    uv_work_t work;
    uv_signal_t watcher;
    uv_pipe_t stream;
    int failed = uv_loop_init(loop);
    if (failed)
        return failed;
    failed = uv_queue_work(loop, &work, nothing, no_more);
    if (!failed && uv_signal_init(loop, &watcher) == 0) {
        failed = uv_signal_start(&watcher, on_signal, SIGUSR2);
        uv_close((uv_handle_t *)&watcher, NULL);
    }
    if (!failed && uv_pipe_init(loop, &stream, 0) == 0)
        uv_close((uv_handle_t *)&stream, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    return failed;
}

/* --- Requests ----------------------------------------------------------------------------------- */

void serve_plain(uv_loop_t *loop, const struct pair *pair, enum variant variant, uint64_t requests)
{
    static struct turning turning;
    loop_clock_set_virtual(true);
    if (turning_begin(&turning, pair->on_loop[variant] ? loop : NULL) != 0)
        return;
    for (uint64_t n = 0; n < requests; n++) {
        if (pair->on_loop[variant])
            pair->on_loop[variant](loop);
        else
            pair->threaded[variant]();
        turning_pass_until(&turning, loop_clock_now() + gap);
    }
    turning_exhaust(&turning, rest);
    turning_end(&turning);
}
