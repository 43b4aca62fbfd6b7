#include "proof/held.h"
#include "proof/blocks.h"
#include "proof/marker.h"
#include "proof/pages.h"
#include "proof/shelves.h"
#include "task/chan_queue.h"
#include "task/counted.h"
#include "task/ctx.h"
#include "task/timer.h"

enum { ON_A_STACK = 512 /* a power of two; distinct blocks told apart */, PENDING = 64 };

/* An object with fewer holders than references. */
struct unseen {
    uintptr_t start;
    uint32_t found;
};

static NOT_SCANNED struct {
    uintptr_t on_stack[ON_A_STACK]; /* blocks that one stack points to */
    uint16_t used[ON_A_STACK / 2];
    size_t used_length;
    uintptr_t pending[PENDING]; /* blocks that were found, while their memory comes */
    unsigned first, count;
    struct {
        struct unseen *all;
        size_t length, room;
    } unseen;
} held;

/* --- Finding ------------------------------------------------------------------------------------ */

static struct counted *counted_at(uintptr_t start)
{
    if (blocks_size(start) < COUNTED_AT + sizeof(struct counted))
        return 0;
    struct counted *c = (struct counted *)(start + COUNTED_AT);
    switch (c->kind) {
    case COUNTED_CHAN + CHAN_OF_PROGRAM:
    case COUNTED_CHAN + CHAN_OF_TIMER:
    case COUNTED_CHAN + CHAN_OF_CONTEXT:
    case COUNTED_CTX:
    case COUNTED_TIMER:
    case COUNTED_AFTER:
        return c;
    default:
        return 0;
    }
}

static void find_oldest_pending(void)
{
    struct counted *c = counted_at(held.pending[held.first]);
    if (c)
        c->found++;
    held.first = (held.first + 1) % PENDING;
    held.count--;
}

static void find(uintptr_t start)
{
    if (held.count == PENDING)
        find_oldest_pending();
    __builtin_prefetch((const void *)(start + COUNTED_AT));
    held.pending[(held.first + held.count++) % PENDING] = start;
}

/* Whether a word is the address of a block that was not marked: a reference always is one of the start. */
static inline bool points_to_unmarked(uintptr_t word)
{
    if (word - blocks_span.low >= blocks_span.span)
        return false;
    const struct region *r = heap_map[word >> REGION_BITS];
    return r && blocks_is_start(r, word) && !(r->marks[region_word(word)] & region_bit(word));
}

/* --- Stacks ------------------------------------------------------------------------------------- */

/* However many words of a stack point to a block, it counts once: they are copies, as far as anybody knows. */
static void note_on_stack(uintptr_t start)
{
    size_t at = (start >> GRANULE_BITS) * 0x9E3779B1u % ON_A_STACK;
    while (held.on_stack[at] && held.on_stack[at] != start)
        at = (at + 1) % ON_A_STACK;
    if (held.on_stack[at] || held.used_length == ON_A_STACK / 2)
        return; /* what finds no room is not counted: it then counts as held by others */
    held.used[held.used_length++] = (uint16_t)at;
    held.on_stack[at] = start;
}

__attribute__((no_sanitize("address"))) static void scan_stack(const struct shelf *s, int place)
{
    uintptr_t high = (uintptr_t)shelf_task(s, place);
    for (uintptr_t at = shelf_stack_of(s, place); at < high; at += sizeof(uintptr_t))
        if (points_to_unmarked(*(const uintptr_t *)at))
            note_on_stack(*(const uintptr_t *)at);
    for (size_t i = 0; i < held.used_length; i++) {
        find(held.on_stack[held.used[i]]);
        held.on_stack[held.used[i]] = 0;
    }
    held.used_length = 0;
}

static inline void fetch_stack(const struct shelf *s, int place)
{
    const char *record = (const char *)shelf_task(s, place);
    for (int line = -1; line <= 5; line++)
        __builtin_prefetch(record - 64 * line);
}

enum { STACKS_AHEAD = 6 };

static void scan_stacks_of(const struct shelf *s)
{
    uint64_t bits = s->used & ~(s->live | s->reached), ahead = bits;
    for (int i = 0; i < STACKS_AHEAD && ahead; i++, ahead &= ahead - 1)
        fetch_stack(s, __builtin_ctzll(ahead));
    for (; bits; bits &= bits - 1) {
        if (ahead) {
            fetch_stack(s, __builtin_ctzll(ahead));
            ahead &= ahead - 1;
        }
        scan_stack(s, __builtin_ctzll(bits));
    }
}

/* --- Blocks ------------------------------------------------------------------------------------- */

static void find_word(uintptr_t word)
{
    if (points_to_unmarked(word))
        find(word);
}

static void find_words(const void *low, const void *high)
{
    for (const uintptr_t *at = low; at < (const uintptr_t *)high; at++)
        find_word(*at);
}

static void trace_found(struct tracer *t, const void *pointer)
{
    (void)t;
    find_word((uintptr_t)pointer);
}

static void no_holder(struct tracer *t, const void *child, const void *waiter)
{
    (void)t, (void)child, (void)waiter;
}

static void scan_channel(const struct chan *c)
{
    size_t to_end = c->capacity - c->start, size = c->element_size;
    size_t first = c->length < to_end ? c->length : to_end;
    if (size % sizeof(uintptr_t) || !c->length)
        return;
    find_words(c->buffer + c->start * size, c->buffer + (c->start + first) * size);
    find_words(c->buffer, c->buffer + (c->length - first) * size);
}

static void scan_block(uintptr_t start, void *arg)
{
    (void)arg;
    struct tracer t = {.reach = trace_found, .holder = no_holder};
    const struct counted *c = counted_at(start);
    if (!c)
        find_words((const void *)start, (const void *)(start + blocks_size(start)));
    else if (c->kind == COUNTED_CTX)
        task_ctx_references((const struct ctx *)start, &t);
    else if (c->kind == COUNTED_TIMER)
        task_timer_trace((const struct timer *)start, &t);
    else if (c->kind == COUNTED_AFTER)
        find_words((const void *)start, (const void *)(start + COUNTED_AT));
    else
        scan_channel((const struct chan *)start);
}

/* --- Which objects are in doubt ----------------------------------------------------------------- */

/* Whether those who wait in it are enough: each that does has it, by a reference of its own or another's. */
static bool has_enough_waiters(const struct chan *c)
{
    size_t n = 0, wanted = c->counted.references;
    for (const struct chan_case *w = c->receivers.first; w && n < wanted; w = w->next)
        n++;
    for (const struct chan_case *w = c->senders.first; w && n < wanted; w = w->next)
        n++;
    return n >= wanted;
}

static bool leads_on(uintptr_t at)
{
    int place;
    uintptr_t start = blocks_start(at);
    return start ? !blocks_is_marked(start) : shelves_find(at, &place) != 0;
}

static bool channel_matters(const struct chan *c)
{
    return c->receivers.first || c->senders.first ||
           (c->length && c->element_size >= sizeof(uintptr_t));
}

struct finding {
    struct tracer tracer;
    bool matters;
};

static void note_lead(struct tracer *t, const void *pointer)
{
    const struct counted *c = pointer && blocks_start((uintptr_t)pointer) == (uintptr_t)pointer
                                  ? counted_at((uintptr_t)pointer)
                                  : 0;
    bool is_channel = c && c->kind - COUNTED_CHAN <= CHAN_OF_CONTEXT;
    ((struct finding *)t)->matters |=
        is_channel ? channel_matters(pointer) : leads_on((uintptr_t)pointer);
}

static void note_wake(struct tracer *t, const void *waiter)
{
    (void)waiter;
    ((struct finding *)t)->matters = true;
}

/* Whether somebody else who had it could wake a task by it, or come to anything by it. */
static bool matters(uintptr_t start, uint32_t kind)
{
    struct finding f = {{.reach = note_lead, .wake = note_wake}, false};
    if (kind == COUNTED_CTX)
        task_ctx_trace((const struct ctx *)start, &f.tracer);
    else if (kind == COUNTED_TIMER)
        task_timer_trace((const struct timer *)start, &f.tracer);
    else if (kind == COUNTED_AFTER)
        task_after_trace((const struct ctx_after *)start, &f.tracer);
    else
        return channel_matters((const struct chan *)start) &&
               !has_enough_waiters((const struct chan *)start);
    return f.matters;
}

static void note_doubt(uintptr_t start, void *arg)
{
    const struct counted *c = counted_at(start);
    if (c && !*(bool *)arg)
        *(bool *)arg = matters(start, c->kind);
}

/* --- Comparing ---------------------------------------------------------------------------------- */

struct holders {
    struct tracer tracer;
    uint32_t n;
};

static void no_reach(struct tracer *t, const void *pointer)
{
    (void)t, (void)pointer;
}

/* Of a context that nothing live reaches: a child that is reached has a reference to it all the same, and so has a
 * waiter in frames of the runtime's own, which are not looked at. */
static void count_holder(struct tracer *t, const void *child, const void *waiter)
{
    int place;
    struct holders *h = (struct holders *)t;
    if (child)
        h->n += blocks_start((uintptr_t)child) && blocks_is_marked((uintptr_t)child);
    else
        h->n += shelves_find((uintptr_t)waiter, &place) != 0;
}

static void compare(uintptr_t start, void *arg)
{
    (void)arg;
    struct counted *c = counted_at(start);
    if (!c)
        return;
    struct holders h = {{.reach = no_reach, .holder = count_holder}, 0};
    if (c->kind == COUNTED_CTX)
        task_ctx_references((const struct ctx *)start, &h.tracer);
    uint32_t found = c->found + h.n;
    c->found = 0;
    if (found < c->references && matters(start, c->kind) && held.unseen.length < held.unseen.room)
        held.unseen.all[held.unseen.length++] = (struct unseen){start, found};
}

bool held_open(void)
{
    held.unseen.length = 0;
    held.unseen.room = task_stats.channels + task_stats.contexts + task_stats.timers + 4096;
    held.unseen.all = pages_get(held.unseen.room * sizeof *held.unseen.all);
    return held.unseen.all != 0;
}

void held_close(void)
{
    pages_put(held.unseen.all, held.unseen.room * sizeof *held.unseen.all);
    held.unseen.all = 0;
}

size_t held_mark_unseen(void)
{
    bool in_doubt = false;
    blocks_each_unmarked(note_doubt, &in_doubt);
    if (!in_doubt)
        return 0;
    for (size_t i = 0; i < shelves.length; i++)
        scan_stacks_of(&shelves.all[i]);
    blocks_each_unmarked(scan_block, 0);
    while (held.count)
        find_oldest_pending();
    blocks_each_unmarked(compare, 0);
    for (size_t i = 0; i < held.unseen.length; i++)
        marker_pointer((const void *)held.unseen.all[i].start, CAUSE_UNSEEN);
    return held.unseen.length;
}
