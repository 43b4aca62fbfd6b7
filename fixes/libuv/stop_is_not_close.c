/* Stop is not close, cured: the answer closes the timer, which stops it too.
 * To free the lookup here would be worse than the leak: the loop has the handle
 * until it calls back.
 * Decision matrix: timer with Stop.
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
    uv_close((uv_handle_t *)&lookup->deadline, on_closed); /* the cure */
}

void fix_stop_is_not_close(uv_loop_t *loop)
{
    struct lookup *lookup = calloc(1, sizeof *lookup);
    if (!lookup)
        return;
    uv_timer_init(loop, &lookup->deadline);
    lookup->deadline.data = lookup;
    uv_timer_start(&lookup->deadline, on_deadline, DEADLINE_MS, 0);

    answer(lookup, 42);
}
