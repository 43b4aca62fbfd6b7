/* Close without free, cured: the close callback frees. Not the line behind
 * uv_close(): until its callback has been called the handle is the loop's.
 * Decision matrix: owner closes.
 */
#include <stdlib.h>
#include <uv.h>

#define IDLE_MS 5000

struct session {
    uv_timer_t idle;
};

static void on_closed(uv_handle_t *idle)
{
    free(idle->data);
}

static void end(struct session *session)
{
    uv_close((uv_handle_t *)&session->idle, on_closed); /* the cure */
}

static void on_idle(uv_timer_t *idle)
{
    end(idle->data);
}

static void serve(struct session *session)
{
    end(session); /* one answer, and it is over */
}

void fix_close_without_free(uv_loop_t *loop)
{
    struct session *session = malloc(sizeof *session);
    if (!session)
        return;
    uv_timer_init(loop, &session->idle);
    session->idle.data = session;

    if (uv_timer_start(&session->idle, on_idle, IDLE_MS, 0) != 0)
        uv_close((uv_handle_t *)&session->idle, on_closed);
    else
        serve(session);
}
