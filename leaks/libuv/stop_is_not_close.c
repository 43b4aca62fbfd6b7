/* Stop is not close, leaking: each lookup has a deadline, a timer of its own.
 * The answer comes in time, and the timer is stopped. A stopped handle is still
 * the loop's, which walks over it and has its memory; nobody will close it.
 * Decision matrix: timer with Stop. Seen in nvim-notify#349, lazy.nvim#2171.
 */
#include <stdlib.h>
#include <uv.h>

#define DEADLINE_MS 30000

struct lookup {
    uv_timer_t deadline;
    int answer;
};

static void on_closed(uv_handle_t *deadline)
{
    free(deadline->data);
}

static void on_deadline(uv_timer_t *deadline)
{
    uv_close((uv_handle_t *)deadline, on_closed);
}

static void answer(struct lookup *lookup, int value)
{
    lookup->answer = value;
    uv_timer_stop(&lookup->deadline); /* it does not ring, and is not gone */
}

void leak_stop_is_not_close(uv_loop_t *loop)
{
    struct lookup *lookup = calloc(1, sizeof *lookup);
    if (!lookup)
        return;
    uv_timer_init(loop, &lookup->deadline);
    lookup->deadline.data = lookup;
    uv_timer_start(&lookup->deadline, on_deadline, DEADLINE_MS, 0);

    answer(lookup, 42);
}
