/* Where a handle's or a request's record is stands in it itself, in the last of the words that libuv reserves in it and does not
 * use on Unix. Whatever may stand there: a record knows its object, so that no other is taken for it.
 *
 * A record has 32 bytes and the table grows by half, so that a handle takes no more than 48. */
#include "census/table.h"
#include "census/layout.h"
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

enum { RECORDS_FIRST = 1024, STACKS_FIRST = 256 };

static void *map(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* --- Handles and requests ------------------------------------------------------------------------ */

struct records handle_records, request_records;

static bool grow(struct records *records)
{
    size_t more = records->length ? records->length + records->length / 2 : RECORDS_FIRST;
    struct record *all = records->all ? mremap(records->all, records->length * sizeof *all,
                                               more * sizeof *all, MREMAP_MAYMOVE)
                                      : map(more * sizeof *all);
    if (!all || all == MAP_FAILED)
        return false;
    records->all = all;
    records->length = more;
    records->used = records->used ? records->used : 1;
    return true;
}

struct record *records_add(struct records *records, void *object, void **word)
{
    uint32_t number = records->unused;
    if (!number && records->used == records->length && !grow(records))
        return NULL;
    if (number)
        records->unused = records->all[number].made;
    else
        number = (uint32_t)records->used++;
    records->all[number] = (struct record){.object = object};
    *word = (void *)(uintptr_t)number;
    return &records->all[number];
}

struct record *records_find(struct records *records, const void *object, const void *word)
{
    uintptr_t number = (uintptr_t)word;
    if (number == 0 || number >= records->used || records->all[number].object != object)
        return NULL;
    return &records->all[number];
}

void records_remove(struct records *records, struct record *record)
{
    *record = (struct record){.made = records->unused};
    records->unused = (uint32_t)(record - records->all);
}

bool records_each(const struct records *records,
                  struct census_entry (*entry_of)(const struct record *), census_visit *each,
                  void *arg)
{
    for (size_t place = 0; place < records->used; place++) {
        const struct record *record = &records->all[place];
        if (!record->object)
            continue;
        struct census_entry entry = entry_of(record);
        entry.mark = record->mark;
        entry.stack = record->made;
        entry.since = record->since;
        entry.depth = stacks_frames(record->made, &entry.frames);
        if (!each(&entry, arg))
            return false;
    }
    return true;
}

static uint64_t mixed(uint64_t word)
{
    word *= 0x9e3779b97f4a7c15u;
    return word ^ word >> 32;
}

/* --- Stacks -------------------------------------------------------------------------------------- */

struct stack {
    uint64_t hash;
    size_t depth;
    const void *frames[CENSUS_FRAMES];
};

static struct {
    struct stack *all; /* from 1 on */
    size_t length, room;
    uint32_t *places; /* numbers, 0: free; twice as many as there is room: a power of two */
} stacks;

static bool grow_stacks(void)
{
    size_t room = stacks.room ? 2 * stacks.room : STACKS_FIRST;
    struct stack *all = map(room * sizeof *all);
    uint32_t *places = map(2 * room * sizeof *places);
    if (!all || !places)
        return false;
    if (stacks.all)
        memcpy(all, stacks.all, stacks.length * sizeof *all);
    for (uint32_t number = 1; number < stacks.length; number++) {
        size_t at = all[number].hash & (2 * room - 1);
        while (places[at])
            at = (at + 1) & (2 * room - 1);
        places[at] = number;
    }
    if (stacks.all) {
        munmap(stacks.all, stacks.room * sizeof *all);
        munmap(stacks.places, 2 * stacks.room * sizeof *places);
    }
    stacks.all = all;
    stacks.places = places;
    stacks.room = room;
    stacks.length = stacks.length ? stacks.length : 1;
    return true;
}

/* The end of this thread's stack, above which nothing is read. */
static uintptr_t end_of_stack(void)
{
    static _Thread_local uintptr_t end;
    pthread_attr_t attributes;
    void *low;
    size_t size;
    if (end || pthread_getattr_np(pthread_self(), &attributes) != 0)
        return end;
    if (pthread_attr_getstack(&attributes, &low, &size) == 0)
        end = (uintptr_t)low + size;
    pthread_attr_destroy(&attributes);
    return end;
}

/* By the chain of frame pointers, as far as it goes up within the stack: code without them cuts it short. */
static void walk(const void *frame, size_t most, struct stack *stack)
{
    uintptr_t end = end_of_stack(), at = (uintptr_t)frame;
    stack->hash = stack->depth = 0;
    while (stack->depth < most && at % sizeof(void *) == 0 && at + 2 * sizeof(void *) <= end) {
        const void *const *words = (const void *const *)at;
        if (!words[1])
            break;
        stack->frames[stack->depth++] = words[1];
        stack->hash = mixed(stack->hash ^ (uintptr_t)words[1]);
        if ((uintptr_t)words[0] <= at)
            break;
        at = (uintptr_t)words[0];
    }
}

static bool is_same(const struct stack *a, const struct stack *b)
{
    return a->hash == b->hash && a->depth == b->depth &&
           memcmp(a->frames, b->frames, a->depth * sizeof *a->frames) == 0;
}

uint32_t stacks_number(const void *frame, size_t most)
{
    struct stack stack;
    walk(frame, most, &stack);
    if (stacks.length == stacks.room && !grow_stacks())
        return 0;
    size_t at = stack.hash & (2 * stacks.room - 1);
    for (; stacks.places[at]; at = (at + 1) & (2 * stacks.room - 1))
        if (is_same(&stacks.all[stacks.places[at]], &stack))
            return stacks.places[at];
    stacks.places[at] = (uint32_t)stacks.length;
    stacks.all[stacks.length] = stack;
    return (uint32_t)stacks.length++;
}

size_t stacks_frames(uint32_t number, const void *const **frames)
{
    if (!number || number >= stacks.length)
        return 0;
    *frames = stacks.all[number].frames;
    return stacks.all[number].depth;
}

/* --- For readers from outside -------------------------------------------------------------------- */

#define AT(type, member)                                                                           \
    {                                                                                              \
        offsetof(type, member), sizeof(((type *)0)->member)                                        \
    }

_Static_assert(offsetof(struct record, since) == offsetof(struct record, mark) + 8,
               "closed and type lie in one word between these");

const struct census_part census_handles = {
    .first = &handle_records.all,
    .length = &handle_records.used,
    .length_size = sizeof handle_records.used,
    .size = sizeof(struct record),
    .field = {[CENSUS_FIELD_OBJECT] = AT(struct record, object),
              [CENSUS_FIELD_MADE] = AT(struct record, made),
              [CENSUS_FIELD_MARK] = AT(struct record, mark),
              [CENSUS_FIELD_TYPE] = {offsetof(struct record, mark) + 4, 4},
              [CENSUS_FIELD_SINCE] = AT(struct record, since)},
};

const struct census_part census_stacks = {
    .first = &stacks.all,
    .length = &stacks.length,
    .length_size = sizeof stacks.length,
    .size = sizeof(struct stack),
    .field = {[CENSUS_FIELD_HASH] = AT(struct stack, hash),
              [CENSUS_FIELD_DEPTH] = AT(struct stack, depth),
              [CENSUS_FIELD_FRAMES] = AT(struct stack, frames)},
};
