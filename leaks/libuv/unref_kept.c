/* Unref kept, leaking: each session has a heartbeat. So that it does not keep
 * the program from ending it is unreferenced. That takes it out of one count,
 * by which uv_run() knows when to return; it beats on when its session is over.
 * Decision matrix: timer with Stop.
 */
#include <stdlib.h>
#include <uv.h>

#define BEAT_MS 1000

struct session {
    uv_timer_t heartbeat;
    int beats, over;
};

static void on_closed(uv_handle_t *heartbeat)
{
    free(heartbeat->data);
}

static void beat(uv_timer_t *heartbeat)
{
    struct session *session = heartbeat->data;
    session->beats++;
}

static void end(struct session *session)
{
    session->over = 1; /* its heart goes on */
}

void leak_unref_kept(uv_loop_t *loop)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session)
        return;
    uv_timer_init(loop, &session->heartbeat);
    session->heartbeat.data = session;
    uv_unref((uv_handle_t *)&session->heartbeat);
    if (uv_timer_start(&session->heartbeat, beat, BEAT_MS, BEAT_MS) != 0)
        uv_close((uv_handle_t *)&session->heartbeat, on_closed);
    else
        end(session);
}
