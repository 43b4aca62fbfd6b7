/* Watcher per call, cured: who is done closes its watcher. One watcher for the
 * program, and a list of who wants to know, is better where there are many.
 * Decision matrix: owner closes.
 */
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

struct job {
    uv_signal_t reload;
    int rows, cancelled;
};

static void on_closed(uv_handle_t *reload)
{
    free(reload->data);
}

static void on_reload(uv_signal_t *reload, int number)
{
    struct job *job = reload->data;
    job->cancelled = 1;
}

static void run(struct job *job)
{
    while (!job->cancelled && job->rows < 10)
        job->rows++;
}

void fix_watcher_per_call(uv_loop_t *loop)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return;
    uv_signal_init(loop, &job->reload);
    job->reload.data = job;
    uv_signal_start(&job->reload, on_reload, SIGHUP);

    run(job);
    uv_close((uv_handle_t *)&job->reload, on_closed); /* the cure */
}
