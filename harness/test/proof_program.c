#include "test/proof_program.h"

#include <inttypes.h>

struct thing volatile program_table[TABLE];
_Thread_local struct thing volatile program_thread_table[2];

/* --- Steps of a task ---------------------------------------------------------------------------- */

static void note_lock(struct hands *h, enum lock_kind kind, struct shared *s)
{
    for (int i = 0; i < LOCKS_HELD; i++)
        if (h->locks[i].kind == NO_LOCK) {
            h->locks[i].kind = kind;
            h->locks[i].shared = s;
            return;
        }
}

static bool may_lock(const struct hands *h)
{
    for (int i = 0; i < LOCKS_HELD; i++)
        if (h->locks[i].kind == NO_LOCK)
            return true;
    return false;
}

static bool can_be_sent(struct chan *c)
{
    return !chan_inspect(c).closed;
}

/* On its way: nobody's but the sender's where that is made to end in the middle of it. */
struct on_its_way {
    struct thing thing;
    bool sent;
};

static void drop_unsent(struct on_its_way *way)
{
    if (!way->sent)
        thing_drop(way->thing);
}

static void send(struct hands *h)
{
    struct thing *to = hands_find(h, CHANNEL), *hand = &h->things[program_below(HANDS)];
    if (!to || to == hand || !can_be_sent(to->object))
        return;
    struct on_its_way way = {hands_give(hand), false};
    defer(drop_unsent, &way);
    chan_send((struct chan *)to->object, &way.thing);
    way.sent = true;
}

static void receive_thing(struct hands *h)
{
    struct thing *from = hands_find(h, CHANNEL), t = {NOTHING, NULL};
    if (from && chan_recv((struct chan *)from->object, &t))
        hands_take(h, t);
}

static void choose(struct hands *h)
{
    struct chan_case cases[4];
    struct thing in[4] = {{NOTHING, NULL}}, out = {NOTHING, NULL};
    size_t n = 0;
    for (int i = 0; i < HANDS && n < 4; i++) {
        struct thing t = h->things[i];
        if (t.kind == CHANNEL && program_below(4) == 0 && can_be_sent(t.object))
            cases[n] = on_send((struct chan *)t.object, &out);
        else if (t.kind == CHANNEL)
            cases[n] = on_recv((struct chan *)t.object, &in[n]);
        else if (t.kind == CONTEXT)
            cases[n] = on_recv(ctx_done(t.object), NULL);
        else if (t.kind == TIMER && program_below(3) == 0)
            cases[n] = on_recv(timer_chan(t.object), NULL);
        else
            continue;
        n++;
    }
    int chosen = program_below(3) ? chan_select_cases(cases, n) : chan_try_select_cases(cases, n);
    if (chosen >= 0)
        hands_take(h, in[chosen]);
}

static void close_channel(struct hands *h)
{
    struct thing *t = hands_find(h, CHANNEL);
    if (t && can_be_sent(t->object) && !chan_inspect(t->object).senders)
        chan_close(t->object);
}

static void use_lock(struct hands *h)
{
    struct thing *t = hands_find(h, SHARED);
    if (!t || !may_lock(h))
        return;
    struct shared *s = t->object;
    switch (program_below(4)) {
    case 0:
        mutex_lock(&s->mutex);
        note_lock(h, MUTEX, s);
        break;
    case 1:
        rw_mutex_rlock(&s->rw);
        note_lock(h, READ, s);
        break;
    case 2:
        rw_mutex_lock(&s->rw);
        note_lock(h, WRITE, s);
        break;
    default:
        if (!semaphore_acquire(hands_context(h), &s->slots, 1))
            note_lock(h, SLOT, s);
    }
}

static void wait_no_more(struct shared *s)
{
    s->waiting--;
}

static void use_group(struct hands *h)
{
    struct thing *t = hands_find(h, SHARED);
    if (!t)
        return;
    struct shared *s = t->object;
    switch (program_below(4)) {
    case 0:
        if (!s->waiting)
            wait_group_add(&s->group, 1);
        break;
    case 1:
        if (s->group.count > 0)
            wait_group_done(&s->group);
        break;
    default:
        s->waiting++;
        defer(wait_no_more, s);
        wait_group_wait(&s->group);
    }
}

static void use_condition(struct hands *h)
{
    struct thing *t = hands_find(h, SHARED);
    if (!t)
        return;
    struct shared *s = t->object;
    if (program_below(2)) {
        cond_signal(&s->cond);
        return;
    }
    mutex_lock(&s->cond_mutex);
    defer(mutex_unlock, &s->cond_mutex);
    cond_wait(&s->cond);
}

static void use_inside(struct hands *h)
{
    struct thing *t = hands_find(h, SHARED), *hand = &h->things[program_below(HANDS)];
    if (!t || t->object == hand->object)
        return;
    struct shared *s = t->object;
    struct thing before = s->inside;
    s->inside = *hand;
    *hand = before;
}

static void serve_after(void *c)
{
    if (can_be_sent(c))
        chan_try_send((struct chan *)c, &(struct thing){NOTHING, NULL});
    thing_drop((struct thing){CHANNEL, c});
}

static void use_context(struct hands *h)
{
    struct thing *t = hands_find(h, CONTEXT), *c = hands_find(h, CHANNEL),
                 *s = hands_find(h, SHARED);
    void *value;
    if (!t)
        return;
    switch (program_below(6)) {
    case 0:
        ctx_cancel(t->object);
        break;
    case 1:
        if (s) {
            hands_take(h,
                       (struct thing){CONTEXT, ctx_with_value(t->object, &program_key, s->object)});
            *s = (struct thing){NOTHING, NULL};
        }
        break;
    case 2:
        if ((value = ctx_value(t->object, &program_key)))
            hands_take(h, (struct thing){SHARED, value});
        break;
    case 3:
        if (c)
            ctx_after_drop(ctx_after_func(t->object, serve_after, chan_ref(c->object)));
        break;
    case 4:
        hands_take(h, (struct thing){CONTEXT, ctx_without_cancel(t->object)});
        break;
    default:
        chan_recv(ctx_done(t->object), NULL);
    }
}

static void use_timer(struct hands *h)
{
    struct thing *t = hands_find(h, TIMER), *c = hands_find(h, CHANNEL);
    switch (program_below(5)) {
    case 0:
        if (c)
            timer_drop(
                timer_func((1 + program_below(50)) * SECOND, serve_after, chan_ref(c->object)));
        break;
    case 1:
        if (t)
            timer_stop(t->object);
        break;
    case 2:
        if (t)
            timer_reset(t->object, (1 + program_below(50)) * SECOND);
        break;
    default:
        if (t)
            chan_recv(timer_chan(t->object), NULL);
    }
}

static void run(void *arg);

static void share(struct hands *h)
{
    struct hands *other = calloc(1, sizeof *other);
    for (int i = 0; i < HANDS; i++)
        if (program_below(2))
            other->things[i] = thing_reference(h->things[i]);
    other->steps = 1 + program_below(20);
    go(run, other);
}

static void one_step(struct hands *h)
{
    switch (program_below(20)) {
    case 0:
    case 1:
    case 2:
        hands_take(h, thing_make(hands_context(h)));
        break;
    case 3:
    case 4:
        if (task_count() < 3000)
            share(h);
        break;
    case 5:
    case 6:
        send(h);
        break;
    case 7:
    case 8:
        receive_thing(h);
        break;
    case 9:
        choose(h);
        break;
    case 10:
        close_channel(h);
        break;
    case 11:
    case 12:
        use_lock(h);
        break;
    case 13:
        hands_unlock(h, program_below(LOCKS_HELD));
        break;
    case 14:
        use_group(h);
        break;
    case 15:
        use_condition(h);
        break;
    case 16:
        use_inside(h);
        break;
    case 17:
        use_context(h);
        break;
    case 18:
        use_timer(h);
        break;
    default:
        task_sleep(program_below(3) * SECOND);
    }
}

/* The point of it all: who was proven never to run again, does not. */
static void note_that_it_runs(void)
{
    program.steps++;
    uint64_t id = task_id();
    if (id < IDS && program.proven[id] && !program.ran_after)
        program.ran_after = id;
}

/* Also of one that is made to end, which may then park once more. */
static void let_go(struct hands *h)
{
    bool forgets = program.loses && program_below(8) == 0;
    if (h->steps > 0 && !program.flushing && program_below(8) == 0)
        receive_thing(h);
    for (int i = 0; i < LOCKS_HELD; i++)
        if (program.flushing || program_below(10))
            hands_unlock(h, i);
    for (int i = 0; i < HANDS && !forgets; i++)
        thing_drop(h->things[i]);
    free(h);
    program.ended++;
}

static void run(void *arg)
{
    struct hands *h = arg;
    defer(let_go, h);
    while (h->steps-- > 0 && !program.flushing) {
        one_step(h);
        note_that_it_runs();
    }
    if (program.flushing)
        hands_flush(h);
}

/* --- The program's own steps -------------------------------------------------------------------- */

static void start_one(void)
{
    struct hands *h = calloc(1, sizeof *h);
    h->steps = 1 + program_below(40);
    for (int i = 0; i < TABLE; i++)
        if (program_below(3) == 0)
            h->things[i] = thing_reference(i < 2 && program_below(2) ? program_thread_table[i]
                                                                     : program_table[i]);
    go(run, h);
}

void program_start(int tasks)
{
    for (int i = 0; i < tasks; i++)
        start_one();
}

void program_step(void)
{
    volatile struct thing *slot = program_below(4) ? &program_table[program_below(TABLE)]
                                                   : &program_thread_table[program_below(2)];
    switch (program_below(6)) {
    case 0:
        if (slot->kind == NOTHING) {
            struct thing t = thing_make(ctx_background());
            *slot = t;
        }
        break;
    case 1:
        thing_drop(*slot);
        slot->kind = NOTHING;
        slot->object = NULL;
        break;
    case 2:
        task_sleep((1 + program_below(20)) * SECOND);
        break;
    default:
        start_one();
        task_yield();
    }
}

static void flush_tables(void)
{
    for (int i = 0; i < TABLE; i++)
        thing_flush(program_table[i]);
    for (int i = 0; i < 2; i++)
        thing_flush(program_thread_table[i]);
    for (int i = 0; i < 2; i++)
        shared_flush(&program_shared[i]);
}

void program_flush(void)
{
    program.flushing = true;
    size_t quiet = 0;
    while (quiet < 3) {
        size_t before = program.ended;
        flush_tables();
        task_sleep(300 * SECOND);
        settle();
        quiet = program.ended == before ? quiet + 1 : 0;
    }
    program.flushing = false;
}
