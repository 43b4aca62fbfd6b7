/* Deadlines in the order of time: a radix heap.
 *
 * What is due next lies in a small heap, `near`. All else lies in buckets: a time is a number of digits of
 * six bits, and there are 64 buckets a digit. A deadline is in the bucket of the highest digit in which its
 * time differs from `base`, which follows the clock, and of what it has there. When the time of a bucket
 * comes, what is in it goes to buckets of lower digits, or into the heap where the bucket is short in time.
 * So arming and disarming are the same few steps for one as for a million, what is moved was mostly moved
 * just before, and the heap stays in the nearest cache.
 *
 * Invariants:
 * - base never goes back, and no deadline outside of the heap is due before it.
 * - A deadline is in the heap exactly where it is due by near_last, which is not before base.
 * - Of a bucket's chunks all but the first are full. An armed deadline knows its entry.
 * - Where a bucket is being emptied, base is where its time began, it counts as empty, and nothing later
 *   fires before it is.
 */
#include "task/deadline.h"
#include "task/counted.h"
#include "task/sched.h"
#include <malloc.h>
#include <stdlib.h>

enum {
    DIGIT = 6,
    VALUES = 1 << DIGIT,
    DIGITS = (64 + DIGIT - 1) / DIGIT,
    BUCKETS = DIGITS * VALUES,
    ASIDE = BUCKETS + 1, /* task_deadline_set_aside() */
    CHUNK_SIZE = 1024,
    SPARE_CHUNKS = 64,
    HEAP_ARITY = 4,
    FEW = 64, /* are all in the heap */
    HEAP_START = 2 * FEW,
    SHORT_DIGIT = 3,   /* a bucket of this one is a quarter of a millisecond long: short, */
    SHORT_LENGTH = 32, /* if it has at most so many */
    FIRES_A_TURN = 256,
    CHUNKS_A_TURN = 128,
};

struct deadline_entry {
    int64_t when;
    struct deadline *deadline;
};

/* Aligned to its size: an entry's chunk is found by its address. */
struct chunk {
    struct chunk *next;
    uint32_t bucket, length;
    struct deadline_entry entries[(CHUNK_SIZE - 16) / sizeof(struct deadline_entry)];
};

enum { CHUNK_ENTRIES = sizeof((struct chunk *)0)->entries / sizeof(struct deadline_entry) };
_Static_assert(sizeof(struct chunk) <= CHUNK_SIZE, "a chunk is found by rounding down");

static NOT_SCANNED struct chunk *buckets[ASIDE + 1]; /* buckets[BUCKETS] is always empty */
static uint64_t occupied[DIGITS + 1];   /* a bit a bucket; those of the last are not asked */
static uint32_t emptied = BUCKETS;      /* the bucket that is being emptied; the last: none is */
static NOT_SCANNED struct chunk *spare; /* empty ones, for the next buckets */
static int spare_length;
static int64_t base, near_last = INT64_MAX;

static NOT_SCANNED struct deadline_entry *near; /* a heap, from 0 */
static size_t near_length, near_capacity;
static uint64_t next_sequence;
uint32_t task_deadline_turns;

/* --- The heap ------------------------------------------------------------------------------------ */

static inline bool before(const struct deadline_entry *a, const struct deadline_entry *b)
{
    return a->when != b->when ? a->when < b->when : a->deadline->sequence < b->deadline->sequence;
}

static inline void put(struct deadline_entry *place, struct deadline_entry e)
{
    *place = e;
    e.deadline->place = place;
}

static inline void rise(size_t i, struct deadline_entry e)
{
    for (size_t parent; i && before(&e, &near[parent = (i - 1) / HEAP_ARITY]); i = parent)
        put(&near[i], near[parent]);
    put(&near[i], e);
}

static void sink(size_t i, struct deadline_entry e)
{
    for (size_t child; (child = i * HEAP_ARITY + 1) < near_length;) {
        size_t least = child, end = child + HEAP_ARITY;
        if (end > near_length)
            end = near_length;
        while (++child < end)
            if (before(&near[child], &near[least]))
                least = child;
        if (!before(&near[least], &e))
            break;
        put(&near[i], near[least]);
        i = least;
    }
    put(&near[i], e);
}

static __attribute__((cold, noinline)) void grow_heap(void)
{
    size_t capacity = near_capacity ? 2 * near_capacity : HEAP_START;
    task_stats.own_heap -= near ? malloc_usable_size(near) : 0;
    struct deadline_entry *larger = realloc(near, capacity * sizeof *near);
    if (!larger)
        sched_out_of_memory("deadlines", capacity * sizeof *near);
    task_stats.own_heap += malloc_usable_size(larger);
    near = larger;
    near_capacity = capacity;
    for (size_t i = 0; i < near_length; i++)
        near[i].deadline->place = &near[i];
}

static inline void heap_add(struct deadline_entry e)
{
    if (near_length == near_capacity)
        grow_heap();
    /* It fires soon. Its first line is fetched by what rise() writes there, and this is the second. */
    __builtin_prefetch((const char *)e.deadline + 64);
    rise(near_length++, e);
}

static inline void heap_remove(size_t i)
{
    struct deadline_entry last = near[--near_length];
    if (i == near_length)
        return;
    if (i && before(&last, &near[(i - 1) / HEAP_ARITY]))
        rise(i, last);
    else
        sink(i, last);
}

/* What is kept here is the runtime's own, and no leak of anyone's. */
static void give_back(void *memory)
{
    task_stats.own_heap -= malloc_usable_size(memory);
    free(memory);
}

/* --- Buckets ------------------------------------------------------------------------------------- */

static inline struct chunk *chunk_make(void)
{
    struct chunk *c = spare;
    if (!c) {
        if (!(c = aligned_alloc(CHUNK_SIZE, CHUNK_SIZE)))
            sched_out_of_memory("deadlines", CHUNK_SIZE);
        task_stats.own_heap += malloc_usable_size(c);
        return c;
    }
    spare = c->next;
    spare_length--;
    return c;
}

static inline void chunk_end(struct chunk *c)
{
    if (spare_length == SPARE_CHUNKS) {
        give_back(c);
        return;
    }
    c->next = spare;
    spare = c;
    spare_length++;
}

static inline void bucket_add(uint32_t bucket, struct deadline_entry e)
{
    struct chunk *c = buckets[bucket];
    if (!c || c->length == CHUNK_ENTRIES) {
        c = chunk_make();
        c->next = buckets[bucket];
        c->bucket = bucket;
        c->length = 0;
        buckets[bucket] = c;
        occupied[bucket / VALUES] |= UINT64_C(1) << bucket % VALUES;
    }
    put(&c->entries[c->length++], e);
}

/* Takes out the entry that was added last of those that are still there. */
static inline struct deadline_entry bucket_take(uint32_t bucket)
{
    struct chunk *c = buckets[bucket];
    struct deadline_entry e = c->entries[--c->length];
    if (c->length)
        return e;
    buckets[bucket] = c->next;
    if (!c->next) {
        occupied[bucket / VALUES] &= ~(UINT64_C(1) << bucket % VALUES);
        if (bucket == emptied)
            emptied = BUCKETS;
    }
    chunk_end(c);
    return e;
}

static __attribute__((noinline)) void bucket_remove(struct deadline_entry *place)
{
    struct chunk *c = (struct chunk *)((uintptr_t)place & ~(uintptr_t)(CHUNK_SIZE - 1));
    struct deadline_entry last = bucket_take(c->bucket);
    if (last.deadline->place != place)
        put(place, last);
}

static __attribute__((noinline)) void add_to_bucket(struct deadline_entry e)
{
    uint64_t differs = (uint64_t)e.when ^ (uint64_t)base;
    uint32_t digit = (uint32_t)(63 - __builtin_clzll(differs | 1)) / DIGIT;
    bucket_add(digit * VALUES + (uint32_t)((uint64_t)e.when >> digit * DIGIT) % VALUES, e);
}

/* All but what is due by now goes from the heap to the buckets. */
static __attribute__((cold, noinline)) void spread(void)
{
    size_t n = near_length;
    near_last = base;
    near_length = 0;
    for (size_t i = 0; i < n; i++) {
        struct deadline_entry e = near[i];
        if (e.when <= near_last)
            rise(near_length++, e);
        else
            add_to_bucket(e);
    }
}

static inline void add(struct deadline_entry e)
{
    if (e.when > near_last) {
        add_to_bucket(e);
        return;
    }
    heap_add(e);
    if (near_last == INT64_MAX && near_length > FEW)
        spread();
}

/* The bucket whose time comes first; BUCKETS where all are empty. */
static uint32_t first_bucket(void)
{
    for (uint32_t digit = 0; digit < DIGITS; digit++)
        if (occupied[digit])
            return digit * VALUES + (uint32_t)__builtin_ctzll(occupied[digit]);
    return BUCKETS;
}

static int64_t start_of(uint32_t bucket)
{
    uint32_t shift = bucket / VALUES * DIGIT;
    uint64_t above = shift + DIGIT < 64 ? ~UINT64_C(0) << (shift + DIGIT) : 0;
    return (int64_t)(((uint64_t)base & above) | (uint64_t)(bucket % VALUES) << shift);
}

static bool is_short(uint32_t bucket)
{
    const struct chunk *c = buckets[bucket];
    return bucket / VALUES == 0 ||
           (bucket / VALUES <= SHORT_DIGIT && !c->next && c->length <= SHORT_LENGTH);
}

/* Lets the time of this bucket begin: it is the one to empty now. */
static void open_bucket(uint32_t bucket)
{
    base = start_of(bucket);
    if (near_last < base)
        near_last = base;
    if (is_short(bucket))
        near_last = base | ((INT64_C(1) << bucket / VALUES * DIGIT) - 1);
    occupied[bucket / VALUES] &= ~(UINT64_C(1) << bucket % VALUES);
    emptied = bucket;
}

/* --- From outside -------------------------------------------------------------------------------- */

void task_deadline_arm(struct deadline *d)
{
    if (d->place)
        task_deadline_disarm(d);
    d->sequence = next_sequence++;
    d->turns = task_deadline_turns;
    task_stats.armed++;
    add((struct deadline_entry){d->when, d});
}

/* Nothing is armed: what many have taken is given back. */
static __attribute__((noinline)) void rest(void)
{
    near_last = INT64_MAX;
    for (struct chunk *c; (c = spare); spare_length--) {
        spare = c->next;
        give_back(c);
    }
    if (near_capacity > HEAP_START) {
        give_back(near);
        near = 0;
        near_capacity = 0;
    }
}

static inline void forget(struct deadline *d)
{
    d->place = 0;
    if (--task_stats.armed == 0)
        rest();
}

bool task_deadline_disarm(struct deadline *d)
{
    struct deadline_entry *place = d->place;
    if (!place)
        return false;
    if (place >= near && place < near + near_length)
        heap_remove((size_t)(place - near));
    else
        bucket_remove(place);
    forget(d);
    return true;
}

void task_deadline_memory(void (*visit)(const void *block))
{
    if (near)
        visit(near);
    for (size_t i = 0; i <= ASIDE; i++)
        for (const struct chunk *c = buckets[i]; c; c = c->next)
            visit(c);
    for (const struct chunk *c = spare; c; c = c->next)
        visit(c);
}

void task_deadline_each(bool (*visit)(struct deadline *d, void *arg), void *arg)
{
    for (size_t i = 0; i < near_length; i++)
        if (!visit(near[i].deadline, arg))
            return;
    for (uint32_t bucket = 0; bucket <= ASIDE; bucket++)
        for (struct chunk *c = buckets[bucket]; c; c = c->next)
            for (uint32_t i = 0; i < c->length; i++)
                if (!visit(c->entries[i].deadline, arg))
                    return;
}

/* The chunk that comes first of the bucket that is being emptied. */
static void empty_chunk(void)
{
    for (const struct chunk *c = buckets[emptied]; c && c == buckets[emptied];)
        add(bucket_take(emptied));
}

/* False where the next one's time has not come. */
static bool fire_next(int64_t now, uint64_t horizon)
{
    if (!near_length || near[0].when > now)
        return false;
    struct deadline *d = near[0].deadline;
    if (next_sequence != horizon && d->sequence >= horizon)
        return false;
    heap_remove(0);
    forget(d);
    d->fire(d);
    return true;
}

bool task_deadline_fire(int64_t now)
{
    /* What a deadline arms for now waits for the next call, lest a zero period never ends. */
    uint64_t horizon = next_sequence;
    for (int fires = 0, chunks = 0; fires < FIRES_A_TURN && chunks < CHUNKS_A_TURN;) {
        uint32_t bucket;
        if (buckets[emptied]) {
            empty_chunk();
            chunks++;
        } else if (fire_next(now, horizon)) {
            fires++;
        } else if (near_length && near[0].when <= now) {
            return true;
        } else if ((bucket = first_bucket()) != BUCKETS && start_of(bucket) <= now) {
            open_bucket(bucket);
        } else {
            base = now > base ? now : base;
            near_last = base > near_last ? base : near_last;
            return false;
        }
    }
    return true;
}

int64_t task_deadline_next(void)
{
    if (buckets[emptied])
        return base;
    if (near_length)
        return near[0].when;
    uint32_t bucket = first_bucket();
    const struct chunk *c = buckets[bucket];
    if (c && c->next)
        return start_of(bucket);
    int64_t least = INT64_MAX;
    for (uint32_t i = 0; c && i < c->length; i++)
        if (c->entries[i].when < least)
            least = c->entries[i].when;
    return least;
}

struct deadline *task_deadline_first(void)
{
    for (uint32_t bucket; buckets[emptied] || !near_length;) {
        if (buckets[emptied])
            empty_chunk();
        else if ((bucket = first_bucket()) != BUCKETS)
            open_bucket(bucket);
        else
            return 0;
    }
    return near[0].deadline;
}

void task_deadline_set_aside(struct deadline *d)
{
    heap_remove((size_t)(d->place - near));
    bucket_add(ASIDE, (struct deadline_entry){d->when, d});
}

static bool forget_turns(struct deadline *d, void *unused)
{
    (void)unused;
    d->turns = 0;
    return true;
}

size_t task_deadline_begin(void)
{
    while (buckets[ASIDE])
        add(bucket_take(ASIDE));
    task_deadline_turns = 0;
    task_deadline_each(forget_turns, 0);
    return task_stats.armed;
}
