/* Watcher per call, leaking: each export is to end early where the operator
 * asks for a reload, and so each watches the signal. The export is done, and
 * goes on watching; the next SIGHUP wakes them all, once more each time.
 * Decision matrix: owner closes. Seen in MoarVM#1014.
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

void leak_watcher_per_call(uv_loop_t *loop)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return;
    uv_signal_init(loop, &job->reload);
    job->reload.data = job;
    if (uv_signal_start(&job->reload, on_reload, SIGHUP) != 0)
        uv_close((uv_handle_t *)&job->reload, on_closed);

    run(job); /* done, and it watches on */
}
