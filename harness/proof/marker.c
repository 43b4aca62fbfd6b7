/* The stack of entries is emptied by way of a short queue: what an entry needs comes from memory while
 * those before it are followed. Most of a look's time is that way to memory. */
#include "proof/marker.h"
#include "proof/blocks.h"
#include "proof/pages.h"
#include "proof/shelves.h"
#include "task/chan_queue.h"
#include "task/counted.h"
#include "task/wait_queue.h"

/* Some programs keep a few bits of their own above an address. */
static const uintptr_t ADDRESS_MASK = ((uintptr_t)1 << ADDRESS_BITS) - 1;

enum { USUAL_ENTRIES = 1 << 16, AHEAD = 16, SLICE = 4096 /* bytes of a range */ };

/* What is to be followed. `low` is what the kind says; else the entry is the words of [low, high). */
enum { FOLLOW_BLOCK, FOLLOW_TASK, FOLLOW_CASES, FOLLOW_QUEUE, FOLLOW_KINDS };

struct entry {
    uintptr_t low, high;
    uint64_t cause;
};

static NOT_SCANNED struct {
    struct entry *entries;
    size_t length, room;
    bool spilled; /* something was marked and found no room to be followed */
    struct entry ahead[AHEAD];
    unsigned first, count; /* of ahead[] */
} marker;

static const struct marker_watch *watch;

bool marker_open(size_t entries, const struct marker_watch *who)
{
    watch = who;
    marker.room = entries ? entries : USUAL_ENTRIES;
    marker.length = marker.count = marker.first = 0;
    marker.spilled = false;
    return (marker.entries = pages_get(marker.room * sizeof *marker.entries)) != 0;
}

void marker_close(void)
{
    pages_put(marker.entries, marker.room * sizeof *marker.entries);
    marker.entries = 0;
}

size_t marker_bytes(void)
{
    return marker.room * sizeof *marker.entries;
}

static inline void push(uintptr_t low, uintptr_t high, uint64_t cause)
{
    if (__builtin_expect(marker.length == marker.room, 0)) {
        marker.spilled = true;
        return;
    }
    marker.entries[marker.length++] = (struct entry){low, high, cause};
}

/* --- Reaching ----------------------------------------------------------------------------------- */

static inline void reach_block(uintptr_t start, uint64_t cause)
{
    struct region *r = heap_map[start >> REGION_BITS];
    uint64_t *marks = &r->marks[region_word(start)], bit = region_bit(start);
    if (*marks & bit)
        return;
    *marks |= bit;
    push(start, FOLLOW_BLOCK, cause);
    if (__builtin_expect(*watch->noted, 0) && r->watched[region_word(start)] & bit)
        watch->reach(start, cause);
}

/* A pointer to a stack is one to its frames, from the function that called the runtime upwards: below are
 * the runtime's own, whose queues point there, and above is the task's record. */
static __attribute__((noinline)) void reach_stack(uintptr_t at, uint64_t cause)
{
    int place;
    struct shelf *s = shelves_find(at, &place);
    uint64_t bit = UINT64_C(1) << (s ? place : 0);
    if (!s || (s->live | s->reached) & bit)
        return;
    const struct task *t = shelf_task(s, place);
    if (at >= (uintptr_t)t || t->state != TASK_PARKED || at < shelf_frames_of(s, place))
        return;
    s->reached |= bit;
    push(shelf_frames_of(s, place), (uintptr_t)t, cause);
    if (s->watched & bit)
        watch->reach((uintptr_t)t, cause);
}

static inline void reach(uintptr_t at, uint64_t cause)
{
    uintptr_t start = blocks_start(at);
    if (start)
        reach_block(start, cause);
    else if (at - shelves.low < shelves.span)
        reach_stack(at, cause);
}

static void wake_task(const struct task *t, uint64_t cause)
{
    uint64_t bit;
    struct shelf *s = shelves_of_task(t, &bit);
    if (!s || s->live & bit)
        return;
    s->live |= bit;
    *shelf_cause(s, __builtin_ctzll(bit)) = cause;
    push((uintptr_t)t, FOLLOW_TASK, cause);
}

/* --- Following ---------------------------------------------------------------------------------- */

__attribute__((no_sanitize("address"))) static void scan(uintptr_t low, uintptr_t high,
                                                         uint64_t cause)
{
    low = (low + sizeof(uintptr_t) - 1) & ~(sizeof(uintptr_t) - 1);
    for (; high - low >= sizeof(uintptr_t) && low < high; low += sizeof(uintptr_t))
        reach(*(const uintptr_t *)low & ADDRESS_MASK, cause);
}

/* In slices, the rest pushed before one is looked at: so what it leads to is followed first, and a large
 * array of pointers does not fill the stack. */
static void follow_words(uintptr_t low, uintptr_t high, uint64_t cause)
{
    if (high - low > SLICE) {
        push(low + SLICE, high, cause);
        high = low + SLICE;
    }
    scan(low, high, cause);
}

static void follow_task(const struct task *t)
{
    uint64_t bit;
    const struct shelf *s = shelves_of_task(t, &bit);
    int place = __builtin_ctzll(bit);
    uintptr_t self = (uintptr_t)t;
    if (t->state == TASK_READY && !t->parked_at)
        reach((uintptr_t)t->arg, self); /* it has not begun: nothing else has it yet */
    if (t->state != TASK_RUNNING)       /* the running one's frames are the caller's business */
        follow_words(shelf_stack_of(s, place), self, self);
    if (s->watched & bit) {
        watch->reach(self, self);
        watch->live(t);
    }
}

/* One task of a queue, and the rest of it again: so a long queue takes one entry. The next case comes
 * from memory meanwhile, and the page of one further on, if it lies as far as the next ones do. */
static void follow_cases(const struct chan_case *c, uint64_t cause)
{
    wake_task(c->waiter, cause);
    if (!c->next)
        return;
    __builtin_prefetch((const void *)((uintptr_t)c + 8 * ((uintptr_t)c->next - (uintptr_t)c)));
    push((uintptr_t)c->next, FOLLOW_CASES, cause);
}

static void follow_queue(const struct task *t, uint64_t cause)
{
    wake_task(t, cause);
    if (sched_after(t))
        push((uintptr_t)sched_after(t), FOLLOW_QUEUE, cause);
}

/* Elements whose size is no multiple of a pointer's may hold one all the same, anywhere (packed). */
static void follow_elements(const char *low, size_t size, size_t n, uint64_t cause)
{
    const char *high = low + n * size;
    if (size % sizeof(uintptr_t) == 0) {
        follow_words((uintptr_t)low, (uintptr_t)high, cause);
        return;
    }
    for (; low + sizeof(uintptr_t) <= high; low++) {
        uintptr_t word;
        memcpy(&word, low, sizeof word);
        reach(word, cause);
    }
}

static void follow_channel(const struct chan *c, uint64_t cause)
{
    size_t to_end = c->capacity - c->start, size = c->element_size;
    size_t first = c->length < to_end ? c->length : to_end;
    if (size >= sizeof(uintptr_t) && c->length) {
        follow_elements(c->buffer + c->start * size, size, first, cause);
        follow_elements(c->buffer, size, c->length - first, cause);
    }
    if (c->receivers.first)
        push((uintptr_t)c->receivers.first, FOLLOW_CASES, cause);
    if (c->senders.first)
        push((uintptr_t)c->senders.first, FOLLOW_CASES, cause);
}

struct cause_tracer {
    struct tracer tracer;
    uint64_t cause;
};

static void trace_reach(struct tracer *t, const void *pointer)
{
    reach((uintptr_t)pointer, ((struct cause_tracer *)t)->cause);
}

/* It stands on the stack of the task that it wakes, or in a block of its own. */
static void wake_waiter(uintptr_t waiter, uint64_t cause)
{
    int place;
    const struct shelf *s = shelves_find(waiter, &place);
    if (s)
        wake_task(shelf_task(s, place), cause);
    else
        reach(waiter, cause);
}

static void trace_wake(struct tracer *t, const void *waiter)
{
    wake_waiter((uintptr_t)waiter, ((struct cause_tracer *)t)->cause);
}

static void follow_block(uintptr_t start, uint64_t cause)
{
    size_t size = blocks_size(start);
    struct cause_tracer t = {{.reach = trace_reach, .wake = trace_wake}, cause};
    uint32_t kind = 0;
    if (size >= COUNTED_AT + sizeof(struct counted))
        kind = ((const struct counted *)(start + COUNTED_AT))->kind;
    switch (kind) {
    case COUNTED_CHAN + CHAN_OF_PROGRAM:
    case COUNTED_CHAN + CHAN_OF_TIMER:
    case COUNTED_CHAN + CHAN_OF_CONTEXT:
        follow_channel((const struct chan *)start, cause);
        break;
    case COUNTED_CTX:
        task_ctx_trace((const struct ctx *)start, &t.tracer);
        break;
    case COUNTED_TIMER:
        task_timer_trace((const struct timer *)start, &t.tracer);
        break;
    case COUNTED_AFTER:
        task_after_trace((const struct ctx_after *)start, &t.tracer);
        break;
    default:
        follow_words(start, start + size, cause);
    }
}

static void follow(const struct entry *e)
{
    switch (e->high) {
    case FOLLOW_BLOCK:
        follow_block(e->low, e->cause);
        break;
    case FOLLOW_TASK:
        follow_task((const struct task *)e->low);
        break;
    case FOLLOW_CASES:
        follow_cases((const struct chan_case *)e->low, e->cause);
        break;
    case FOLLOW_QUEUE:
        follow_queue((const struct task *)e->low, e->cause);
        break;
    default:
        follow_words(e->low, e->high, e->cause);
    }
}

/* --- To the end --------------------------------------------------------------------------------- */

/* A task's record, whose first line has the frame, and the lines below it, which are its frames. */
static inline void fetch(const struct entry *e)
{
    const char *at = (const char *)e->low;
    __builtin_prefetch(at);
    if (e->high == FOLLOW_BLOCK) {
        __builtin_prefetch(at + COUNTED_AT);
    } else if (e->high == FOLLOW_TASK) {
        for (int line = 1; line <= 4; line++)
            __builtin_prefetch(at - 64 * line);
    }
}

/* Word by word, as it was stored: the processor waits for a wider load until all of its parts are out. */
static inline void copy_entry(struct entry *to, const struct entry *from)
{
    to->low = from->low;
    to->high = from->high;
    to->cause = from->cause;
}

static void empty_stack(void)
{
    for (;;) {
        while (marker.count < AHEAD && marker.length) {
            const struct entry *e = &marker.entries[--marker.length];
            fetch(e);
            copy_entry(&marker.ahead[(marker.first + marker.count++) % AHEAD], e);
        }
        if (!marker.count)
            return;
        struct entry e;
        copy_entry(&e, &marker.ahead[marker.first]);
        marker.first = (marker.first + 1) % AHEAD;
        marker.count--;
        follow(&e);
    }
}

/* Follows all that is marked once more, in as many pieces. */
static void follow_all_again(void)
{
    for (const struct region *r = heap_newest; r; r = r->older)
        for (size_t i = 0; i < REGION_WORDS; i++)
            for (uint64_t bits = r->marks[i]; bits; bits &= bits - 1) {
                follow_block(r->base + (i << WORD_BITS) +
                                 ((uintptr_t)__builtin_ctzll(bits) << GRANULE_BITS),
                             CAUSE_UNKNOWN);
                empty_stack();
            }
    for (size_t i = 0; i < shelves.length; i++) {
        const struct shelf *s = &shelves.all[i];
        for (uint64_t bits = s->live | s->reached; bits; bits &= bits - 1) {
            int place = __builtin_ctzll(bits);
            const struct task *t = shelf_task(s, place);
            if (s->live >> place & 1)
                follow_task(t);
            else
                follow_words(shelf_frames_of(s, place), (uintptr_t)t, CAUSE_UNKNOWN);
            empty_stack();
        }
    }
}

static void finish(void)
{
    empty_stack();
    while (marker.spilled) {
        marker.spilled = false;
        follow_all_again();
        watch->again();
        empty_stack();
    }
}

void marker_words(const void *low, const void *high, uint64_t cause)
{
    uintptr_t at = (uintptr_t)low, end = (uintptr_t)high;
    while (end - at > SLICE) {
        scan(at, at + SLICE, cause);
        finish();
        at += SLICE;
    }
    scan(at, end, cause);
    finish();
}

void marker_static(const void *low, const void *high)
{
    uintptr_t at = ((uintptr_t)low + sizeof(uintptr_t) - 1) & ~(sizeof(uintptr_t) - 1);
    for (; at + sizeof(uintptr_t) <= (uintptr_t)high; at += sizeof(uintptr_t)) {
        reach(*(const uintptr_t *)at & ADDRESS_MASK, at);
        if (marker.length > SLICE / sizeof(uintptr_t))
            finish();
    }
    finish();
}

void marker_pointer(const void *pointer, uint64_t cause)
{
    reach((uintptr_t)pointer, cause);
    finish();
}

void marker_task(const struct task *t, uint64_t cause)
{
    wake_task(t, cause);
    finish();
}

void marker_waiter(const void *waiter, uint64_t cause)
{
    wake_waiter((uintptr_t)waiter, cause);
    finish();
}

void marker_wake(const struct task *t, uint64_t cause)
{
    wake_task(t, cause);
}

void marker_wake_queue(const struct task *first, uint64_t cause)
{
    if (first)
        push((uintptr_t)first, FOLLOW_QUEUE, cause);
}
