#include "serve/patience.h"

static void on_timer(uv_timer_t *timer);

static void set_timer(struct patience *p)
{
    uint64_t now = uv_now(p->timer.loop);
    if (p->first)
        uv_timer_start(&p->timer, on_timer, p->first->until > now ? p->first->until - now : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct patience *p = timer->data;
    while (p->first && p->first->until <= uv_now(timer->loop)) {
        struct waiting *w = p->first;
        patience_end(p, w);
        p->over(w);
    }
    set_timer(p);
}

void patience_start(struct patience *p, uv_loop_t *loop, int64_t nanoseconds,
                    void (*over)(struct waiting *w))
{
    *p =
        (struct patience){.milliseconds = (uint64_t)(nanoseconds + 999999) / 1000000, .over = over};
    uv_timer_init(loop, &p->timer);
    uv_unref((uv_handle_t *)&p->timer);
    p->timer.data = p;
}

/* From now on, and not from when the loop last looked at the clock: what has kept the service itself busy since is not
 * the other's delay. Rounded up, as the loop's time is of whole milliseconds. */
void patience_begin(struct patience *p, struct waiting *w)
{
    patience_end(p, w);
    w->until = uv_hrtime() / 1000000 + 1 + p->milliseconds;
    w->next = NULL;
    w->previous = p->last;
    if (p->last)
        p->last->next = w;
    else
        p->first = w;
    p->last = w;
    if (!uv_is_active((uv_handle_t *)&p->timer))
        set_timer(p);
}

void patience_end(struct patience *p, struct waiting *w)
{
    if (!w->until)
        return;
    if (w->previous)
        w->previous->next = w->next;
    else
        p->first = w->next;
    if (w->next)
        w->next->previous = w->previous;
    else
        p->last = w->previous;
    *w = (struct waiting){0};
}
