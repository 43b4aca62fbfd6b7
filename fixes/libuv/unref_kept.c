/* Unref kept, cured: the session's end closes its heartbeat. Unreferenced or
 * not, who starts a timer closes it.
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
    session->over = 1;
    uv_close((uv_handle_t *)&session->heartbeat, on_closed); /* the cure */
}

void fix_unref_kept(uv_loop_t *loop)
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
