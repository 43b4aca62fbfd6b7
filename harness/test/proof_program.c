#include "test/proof_program.h"

#include <inttypes.h>

struct program program;
struct thing volatile program_table[TABLE];
_Thread_local struct thing volatile program_thread_table[2];
static struct shared static_shared[2] = {
    {.references = 1, .cond.mutex = &static_shared[0].cond_mutex, .slots.size = 2},
    {.references = 1, .cond.mutex = &static_shared[1].cond_mutex, .slots.size = 1},
};
static const int value_key;

static int below(int n)
{
    return (int)(support_random(&program.seed) % (unsigned)n);
}

/* --- Things ------------------------------------------------------------------------------------- */

static struct shared *shared_make(void)
{
    struct shared *s = calloc(1, sizeof *s);
    s->references = 1;
    s->cond.mutex = &s->cond_mutex;
    s->slots.size = 1 + below(2);
    return s;
}

static struct thing take_reference(struct thing t)
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
static void drop(struct thing t)
{
    struct thing in = {NOTHING, NULL};
    bool ok = true;
    switch (t.kind) {
    case CHANNEL:
        while (!program.loses && chan_inspect(t.object).references == 1 &&
               chan_try_recv((struct chan *)t.object, &in, &ok) && ok)
            drop(in);
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

static struct thing make_thing(struct ctx *parent)
{
    switch (below(7)) {
    case 0:
    case 1:
    case 2:
        return (struct thing){CHANNEL, chan_make(struct thing, (size_t)below(3))};
    case 3:
        return (struct thing){SHARED, below(8) ? shared_make() : &static_shared[below(2)]};
    case 4:
        return (struct thing){CONTEXT, ctx_with_cancel(parent)};
    case 5:
        return (struct thing){CONTEXT, ctx_with_timeout(parent, (1 + below(100)) * SECOND)};
    default:
        return (struct thing){TIMER, timer_new((1 + below(100)) * SECOND)};
    }
}

/* Hands one on: a copy, or the thing itself, which then is nowhere else. */
static struct thing hand_on(struct thing *hand)
{
    struct thing t = *hand;
    if (below(2))
        return take_reference(t);
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

static void take(struct hands *h, struct thing t)
{
    struct thing *hand = free_hand(h);
    if (hand)
        *hand = t;
    else
        drop(t);
}

static struct thing *any_of(struct hands *h, enum thing_kind kind)
{
    int first = below(HANDS);
    for (int i = 0; i < HANDS; i++) {
        struct thing *t = &h->things[(first + i) % HANDS];
        if (t->kind == kind)
            return t;
    }
    return NULL;
}

static struct ctx *any_context(struct hands *h)
{
    struct thing *t = any_of(h, CONTEXT);
    return t ? t->object : ctx_background();
}

/* --- Waking ------------------------------------------------------------------------------------- */

static void flush(struct thing t);

static void flush_channel(struct chan *c)
{
    struct thing t = {NOTHING, NULL};
    while (chan_inspect(c).receivers && !chan_inspect(c).closed)
        chan_try_send(c, &t);
    bool ok = true;
    while (chan_try_recv(c, &t, &ok) && ok) {
        flush(t);
        drop(t);
    }
    if (!chan_inspect(c).closed && !chan_inspect(c).senders)
        chan_close(c);
}

static void flush_shared(struct shared *s)
{
    if (s->group.count > 0)
        wait_group_add(&s->group, -s->group.count);
    cond_broadcast(&s->cond);
    if (s->flushed)
        return;
    s->flushed = true;
    flush(s->inside);
}

static void flush(struct thing t)
{
    void *value;
    switch (t.kind) {
    case CHANNEL:
        flush_channel(t.object);
        break;
    case SHARED:
        flush_shared(t.object);
        break;
    case CONTEXT:
        if ((value = ctx_value(t.object, &value_key)))
            flush_shared(value);
        ctx_cancel(t.object);
        break;
    case TIMER:
        timer_reset(t.object, 1);
        break;
    default:
        break;
    }
}

static void unlock(struct hands *h, int i)
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

static void flush_hands(struct hands *h)
{
    for (int i = 0; i < LOCKS_HELD; i++)
        unlock(h, i);
    for (int i = 0; i < HANDS; i++)
        flush(h->things[i]);
}

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
        drop(way->thing);
}

static void send(struct hands *h)
{
    struct thing *to = any_of(h, CHANNEL), *hand = &h->things[below(HANDS)];
    if (!to || to == hand || !can_be_sent(to->object))
        return;
    struct on_its_way way = {hand_on(hand), false};
    defer(drop_unsent, &way);
    chan_send((struct chan *)to->object, &way.thing);
    way.sent = true;
}

static void receive_thing(struct hands *h)
{
    struct thing *from = any_of(h, CHANNEL), t = {NOTHING, NULL};
    if (from && chan_recv((struct chan *)from->object, &t))
        take(h, t);
}

static void choose(struct hands *h)
{
    struct chan_case cases[4];
    struct thing in[4] = {{NOTHING, NULL}}, out = {NOTHING, NULL};
    size_t n = 0;
    for (int i = 0; i < HANDS && n < 4; i++) {
        struct thing t = h->things[i];
        if (t.kind == CHANNEL && below(4) == 0 && can_be_sent(t.object))
            cases[n] = on_send((struct chan *)t.object, &out);
        else if (t.kind == CHANNEL)
            cases[n] = on_recv((struct chan *)t.object, &in[n]);
        else if (t.kind == CONTEXT)
            cases[n] = on_recv(ctx_done(t.object), NULL);
        else if (t.kind == TIMER && below(3) == 0)
            cases[n] = on_recv(timer_chan(t.object), NULL);
        else
            continue;
        n++;
    }
    int chosen = below(3) ? chan_select_cases(cases, n) : chan_try_select_cases(cases, n);
    if (chosen >= 0)
        take(h, in[chosen]);
}

static void close_channel(struct hands *h)
{
    struct thing *t = any_of(h, CHANNEL);
    if (t && can_be_sent(t->object) && !chan_inspect(t->object).senders)
        chan_close(t->object);
}

static void use_lock(struct hands *h)
{
    struct thing *t = any_of(h, SHARED);
    if (!t || !may_lock(h))
        return;
    struct shared *s = t->object;
    switch (below(4)) {
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
        if (!semaphore_acquire(any_context(h), &s->slots, 1))
            note_lock(h, SLOT, s);
    }
}

static void wait_no_more(struct shared *s)
{
    s->waiting--;
}

static void use_group(struct hands *h)
{
    struct thing *t = any_of(h, SHARED);
    if (!t)
        return;
    struct shared *s = t->object;
    switch (below(4)) {
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
    struct thing *t = any_of(h, SHARED);
    if (!t)
        return;
    struct shared *s = t->object;
    if (below(2)) {
        cond_signal(&s->cond);
        return;
    }
    mutex_lock(&s->cond_mutex);
    defer(mutex_unlock, &s->cond_mutex);
    cond_wait(&s->cond);
}

static void use_inside(struct hands *h)
{
    struct thing *t = any_of(h, SHARED), *hand = &h->things[below(HANDS)];
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
    drop((struct thing){CHANNEL, c});
}

static void use_context(struct hands *h)
{
    struct thing *t = any_of(h, CONTEXT), *c = any_of(h, CHANNEL), *s = any_of(h, SHARED);
    void *value;
    if (!t)
        return;
    switch (below(6)) {
    case 0:
        ctx_cancel(t->object);
        break;
    case 1:
        if (s) {
            take(h, (struct thing){CONTEXT, ctx_with_value(t->object, &value_key, s->object)});
            *s = (struct thing){NOTHING, NULL};
        }
        break;
    case 2:
        if ((value = ctx_value(t->object, &value_key)))
            take(h, (struct thing){SHARED, value});
        break;
    case 3:
        if (c)
            ctx_after_drop(ctx_after_func(t->object, serve_after, chan_ref(c->object)));
        break;
    case 4:
        take(h, (struct thing){CONTEXT, ctx_without_cancel(t->object)});
        break;
    default:
        chan_recv(ctx_done(t->object), NULL);
    }
}

static void use_timer(struct hands *h)
{
    struct thing *t = any_of(h, TIMER), *c = any_of(h, CHANNEL);
    switch (below(5)) {
    case 0:
        if (c)
            timer_drop(timer_func((1 + below(50)) * SECOND, serve_after, chan_ref(c->object)));
        break;
    case 1:
        if (t)
            timer_stop(t->object);
        break;
    case 2:
        if (t)
            timer_reset(t->object, (1 + below(50)) * SECOND);
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
        if (below(2))
            other->things[i] = take_reference(h->things[i]);
    other->steps = 1 + below(20);
    go(run, other);
}

static void one_step(struct hands *h)
{
    switch (below(20)) {
    case 0:
    case 1:
    case 2:
        take(h, make_thing(any_context(h)));
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
        unlock(h, below(LOCKS_HELD));
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
        task_sleep(below(3) * SECOND);
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
    bool forgets = program.loses && below(8) == 0;
    if (h->steps > 0 && !program.flushing && below(8) == 0)
        receive_thing(h);
    for (int i = 0; i < LOCKS_HELD; i++)
        if (program.flushing || below(10))
            unlock(h, i);
    for (int i = 0; i < HANDS && !forgets; i++)
        drop(h->things[i]);
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
        flush_hands(h);
}

/* --- The program's own steps -------------------------------------------------------------------- */

static void start_one(void)
{
    struct hands *h = calloc(1, sizeof *h);
    h->steps = 1 + below(40);
    for (int i = 0; i < TABLE; i++)
        if (below(3) == 0)
            h->things[i] =
                take_reference(i < 2 && below(2) ? program_thread_table[i] : program_table[i]);
    go(run, h);
}

void program_start(int tasks)
{
    for (int i = 0; i < tasks; i++)
        start_one();
}

void program_step(void)
{
    volatile struct thing *slot =
        below(4) ? &program_table[below(TABLE)] : &program_thread_table[below(2)];
    switch (below(6)) {
    case 0:
        if (slot->kind == NOTHING) {
            struct thing t = make_thing(ctx_background());
            *slot = t;
        }
        break;
    case 1:
        drop(*slot);
        slot->kind = NOTHING;
        slot->object = NULL;
        break;
    case 2:
        task_sleep((1 + below(20)) * SECOND);
        break;
    default:
        start_one();
        task_yield();
    }
}

static void flush_tables(void)
{
    for (int i = 0; i < TABLE; i++)
        flush(program_table[i]);
    for (int i = 0; i < 2; i++)
        flush(program_thread_table[i]);
    for (int i = 0; i < 2; i++)
        flush_shared(&static_shared[i]);
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
