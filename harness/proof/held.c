#include "proof/held.h"
#include "proof/blocks.h"
#include "proof/counted_at.h"
#include "proof/doubt.h"
#include "proof/marker.h"
#include "proof/pages.h"
#include "proof/shelves.h"
#include "task/chan_queue.h"

enum {
    ON_A_STACK = 512 /* a power of two; twice the blocks told apart */,
    PENDING = 64,
    STACKS_AHEAD = 6
};

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
        bool is_full;
    } unseen;
} held;

/* --- Finding ------------------------------------------------------------------------------------ */

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

/* --- On stacks ---------------------------------------------------------------------------------- */

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

__attribute__((no_sanitize("address"))) static void search_stack(const struct shelf *s, int place)
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
    for (int line = 0; line <= 5; line++)
        __builtin_prefetch(record - 64 * line);
}

/* What is live, or may be looked at by who is, has led to all that it points to. */
static void search_stacks_of(const struct shelf *s)
{
    uint64_t bits = s->used & ~(s->live | s->reached), ahead = bits;
    for (int i = 0; i < STACKS_AHEAD && ahead; i++, ahead &= ahead - 1)
        fetch_stack(s, __builtin_ctzll(ahead));
    for (; bits; bits &= bits - 1) {
        if (ahead) {
            fetch_stack(s, __builtin_ctzll(ahead));
            ahead &= ahead - 1;
        }
        search_stack(s, __builtin_ctzll(bits));
    }
}

/* --- In blocks ---------------------------------------------------------------------------------- */

struct referring {
    struct tracer tracer;
    uintptr_t start; /* of the object that refers */
};

static void note_reference(struct tracer *t, const void *pointer)
{
    (void)t;
    find_word((uintptr_t)pointer);
}

/* Who waits for a context's end has a reference to it: in frames of the runtime's own, or in a block that tells of
 * it by itself. */
static void note_waiter(struct tracer *t, const void *waiter)
{
    int place;
    if (shelves_find((uintptr_t)waiter, &place))
        find_word(((struct referring *)t)->start);
}

static void search_channel(const struct chan *c)
{
    size_t to_end = c->capacity - c->start, size = c->element_size;
    size_t first = c->length < to_end ? c->length : to_end;
    if (size % sizeof(uintptr_t) || !c->length)
        return;
    find_words(c->buffer + c->start * size, c->buffer + (c->start + first) * size);
    find_words(c->buffer, c->buffer + (c->length - first) * size);
}

static void search_block(uintptr_t start, void *arg)
{
    (void)arg;
    struct referring r = {{.reach = note_reference, .wake = note_waiter}, start};
    const struct counted *c = counted_at(start);
    if (!c)
        find_words((const void *)start, (const void *)(start + blocks_size(start)));
    else if (c->kind == COUNTED_CTX)
        task_ctx_references((const struct ctx *)start, &r.tracer);
    else if (c->kind == COUNTED_TIMER)
        task_timer_trace((const struct timer *)start, &r.tracer);
    else if (c->kind == COUNTED_AFTER)
        task_after_references((const struct ctx_after *)start, &r.tracer);
    else
        search_channel((const struct chan *)start);
}

/* What is reached leads to what is not from a context to its parent, and from a call after a context's end to that
 * context: they have references to what they can not use. */
static void search_marked(uintptr_t start, void *arg)
{
    const struct counted *c = counted_at(start);
    if (c && (c->kind == COUNTED_CTX || c->kind == COUNTED_AFTER))
        search_block(start, arg);
}

/* --- All ---------------------------------------------------------------------------------------- */

static void note_doubt(uintptr_t start, void *arg)
{
    const struct counted *c = counted_at(start);
    if (c && !*(bool *)arg)
        *(bool *)arg = doubt_is_in(start, c->kind);
}

static void compare(uintptr_t start, void *arg)
{
    (void)arg;
    struct counted *c = counted_at(start);
    if (!c)
        return;
    uint32_t found = c->found;
    c->found = 0;
    if (found >= c->references || !doubt_is_in(start, c->kind))
        return;
    if (held.unseen.length == held.unseen.room)
        held.unseen.is_full = true;
    else
        held.unseen.all[held.unseen.length++] = (struct unseen){start, found};
}

bool held_open(void)
{
    held.unseen.length = 0;
    held.unseen.is_full = false;
    held.unseen.room = task_stats.channels + task_stats.contexts + task_stats.timers + 4096;
    held.unseen.all = pages_get(held.unseen.room * sizeof *held.unseen.all);
    return held.unseen.all != 0;
}

void held_close(void)
{
    pages_put(held.unseen.all, held.unseen.room * sizeof *held.unseen.all);
    held.unseen.all = 0;
}

bool held_mark_unseen(void)
{
    bool in_doubt = false;
    blocks_each(false, note_doubt, &in_doubt);
    if (!in_doubt)
        return true;
    for (size_t i = 0; i < shelves.length; i++)
        search_stacks_of(&shelves.all[i]);
    blocks_each(false, search_block, 0);
    blocks_each(true, search_marked, 0);
    while (held.count)
        find_oldest_pending();
    blocks_each(false, compare, 0);
    for (size_t i = 0; i < held.unseen.length; i++)
        marker_pointer((const void *)held.unseen.all[i].start, CAUSE_UNSEEN);
    return !held.unseen.is_full;
}
