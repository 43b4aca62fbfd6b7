/* Close without free, leaking: the session's timer is closed, and with it goes
 * what libuv had. The memory is the program's own, and libuv gives it back to
 * it by the close callback alone. There is none, so nobody ever frees it.
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
    uv_close((uv_handle_t *)&session->idle, NULL); /* and who frees it? */
}

static void on_idle(uv_timer_t *idle)
{
    end(idle->data);
}

static void serve(struct session *session)
{
    end(session); /* one answer, and it is over */
}

void leak_close_without_free(uv_loop_t *loop)
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
