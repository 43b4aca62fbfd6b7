#include "test/proof_things.h"

struct program program;
struct shared program_shared[2] = {
    {.references = 1, .cond.mutex = &program_shared[0].cond_mutex, .slots.size = 2},
    {.references = 1, .cond.mutex = &program_shared[1].cond_mutex, .slots.size = 1},
};
const int program_key;

int program_below(int n)
{
    return (int)(support_random(&program.seed) % (unsigned)n);
}

/* --- Things ------------------------------------------------------------------------------------- */

static struct shared *shared_make(void)
{
    struct shared *s = calloc(1, sizeof *s);
    s->references = 1;
    s->cond.mutex = &s->cond_mutex;
    s->slots.size = 1 + program_below(2);
    return s;
}

struct thing thing_reference(struct thing t)
{
    switch (t.kind) {
    case CHANNEL:
        chan_ref(t.object);
        break;
    case SHARED:
        ((struct shared *)t.object)->references++;
        break;
    case CONTEXT:
        ctx_ref(t.object);
        break;
    default: /* timers have one holder */
        t = (struct thing){NOTHING, NULL};
    }
    return t;
}

/* What is in a channel's buffer when it goes is lost, so who drops it last takes it out. */
void thing_drop(struct thing t)
{
    struct thing in = {NOTHING, NULL};
    bool ok = true;
    switch (t.kind) {
    case CHANNEL:
        while (!program.loses && chan_inspect(t.object).references == 1 &&
               chan_try_recv((struct chan *)t.object, &in, &ok) && ok)
            thing_drop(in);
        chan_drop(t.object);
        break;
    case CONTEXT:
        ctx_drop(t.object);
        break;
    case TIMER:
        timer_drop(t.object);
        break;
    default: /* what locks lie in is never freed: its waiters lie in it */
        break;
    }
}

struct thing thing_make(struct ctx *parent)
{
    switch (program_below(7)) {
    case 0:
    case 1:
    case 2:
        return (struct thing){CHANNEL, chan_make(struct thing, (size_t)program_below(3))};
    case 3:
        return (struct thing){SHARED,
                              program_below(8) ? shared_make() : &program_shared[program_below(2)]};
    case 4:
        return (struct thing){CONTEXT, ctx_with_cancel(parent)};
    case 5:
        return (struct thing){CONTEXT, ctx_with_timeout(parent, (1 + program_below(100)) * SECOND)};
    default:
        return (struct thing){TIMER, timer_new((1 + program_below(100)) * SECOND)};
    }
}

struct thing hands_give(struct thing *hand)
{
    struct thing t = *hand;
    if (program_below(2))
        return thing_reference(t);
    *hand = (struct thing){NOTHING, NULL};
    return t;
}

static struct thing *free_hand(struct hands *h)
{
    for (int i = 0; i < HANDS; i++)
        if (h->things[i].kind == NOTHING)
            return &h->things[i];
    return NULL;
}

void hands_take(struct hands *h, struct thing t)
{
    struct thing *hand = free_hand(h);
    if (hand)
        *hand = t;
    else
        thing_drop(t);
}

struct thing *hands_find(struct hands *h, enum thing_kind kind)
{
    int first = program_below(HANDS);
    for (int i = 0; i < HANDS; i++) {
        struct thing *t = &h->things[(first + i) % HANDS];
        if (t->kind == kind)
            return t;
    }
    return NULL;
}

struct ctx *hands_context(struct hands *h)
{
    struct thing *t = hands_find(h, CONTEXT);
    return t ? t->object : ctx_background();
}

/* --- Waking ------------------------------------------------------------------------------------- */

static void flush_channel(struct chan *c)
{
    struct thing t = {NOTHING, NULL};
    while (chan_inspect(c).receivers && !chan_inspect(c).closed)
        chan_try_send(c, &t);
    bool ok = true;
    while (chan_try_recv(c, &t, &ok) && ok) {
        thing_flush(t);
        thing_drop(t);
    }
    if (!chan_inspect(c).closed && !chan_inspect(c).senders)
        chan_close(c);
}

void shared_flush(struct shared *s)
{
    if (s->group.count > 0)
        wait_group_add(&s->group, -s->group.count);
    cond_broadcast(&s->cond);
    if (s->flushed)
        return;
    s->flushed = true;
    thing_flush(s->inside);
}

void thing_flush(struct thing t)
{
    void *value;
    switch (t.kind) {
    case CHANNEL:
        flush_channel(t.object);
        break;
    case SHARED:
        shared_flush(t.object);
        break;
    case CONTEXT:
        if ((value = ctx_value(t.object, &program_key)))
            shared_flush(value);
        ctx_cancel(t.object);
        break;
    case TIMER:
        timer_reset(t.object, 1);
        break;
    default:
        break;
    }
}

void hands_unlock(struct hands *h, int i)
{
    struct shared *s = h->locks[i].shared;
    switch (h->locks[i].kind) {
    case MUTEX:
        mutex_unlock(&s->mutex);
        break;
    case READ:
        rw_mutex_runlock(&s->rw);
        break;
    case WRITE:
        rw_mutex_unlock(&s->rw);
        break;
    case SLOT:
        semaphore_release(&s->slots, 1);
        break;
    default:
        break;
    }
    h->locks[i].kind = NO_LOCK;
}

void hands_flush(struct hands *h)
{
    for (int i = 0; i < LOCKS_HELD; i++)
        hands_unlock(h, i);
    for (int i = 0; i < HANDS; i++)
        thing_flush(h->things[i]);
}
