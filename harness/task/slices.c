#include "task/slices.h"
#include "task/clock.h"
#include "task/sched.h"

/* Tasks that are ready have so much time between two slices. */
static const int64_t PAUSE = MILLISECOND;

/* Not a timer of zero: libuv would run it again and again in the same turn. */
static void on_idle(uv_idle_t *idle)
{
    struct slices *s = (struct slices *)idle;
    if (task_sched.ready_first && clock_now() < s->next)
        return;
    if (!s->more())
        uv_idle_stop(idle);
    s->next = task_time_add(clock_now(), PAUSE);
}

void task_slices_start(struct slices *s, bool (*more)(void))
{
    if (!s->idle.loop) {
        uv_idle_init(task_loop(), &s->idle);
        uv_unref((uv_handle_t *)&s->idle);
    }
    s->more = more;
    uv_idle_start(&s->idle, on_idle);
}

void task_slices_stop(struct slices *s)
{
    if (s->idle.loop)
        uv_idle_stop(&s->idle);
}

bool task_slices_go_on(const struct slices *s)
{
    return s->idle.loop && uv_is_active((const uv_handle_t *)&s->idle);
}
