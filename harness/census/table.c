/* Where a handle's record is stands in the handle itself, in the last of the words that libuv reserves in it and does not use on
 * Unix. Whatever may stand there: a record knows its handle, so that no other is taken for it.
 *
 * A record has 32 bytes and the table grows by half, so that a handle takes no more than 48. */
#include "census/table.h"
#include "census/entry.h"
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

/* --- Handles ------------------------------------------------------------------------------------- */

static struct {
    struct handle_record *all; /* the first is nobody's */
    size_t length, used;       /* used: those behind have never been */
    uint32_t unused; /* the first of those that are free again, by their `made`; 0: none */
} records;

static bool grow(void)
{
    size_t more = records.length ? records.length + records.length / 2 : RECORDS_FIRST;
    struct handle_record *all = records.all ? mremap(records.all, records.length * sizeof *all,
                                                     more * sizeof *all, MREMAP_MAYMOVE)
                                            : map(more * sizeof *all);
    if (!all || all == MAP_FAILED)
        return false;
    records.all = all;
    records.length = more;
    records.used = records.used ? records.used : 1;
    return true;
}

struct handle_record *handles_add(uv_handle_t *handle)
{
    uint32_t number = records.unused;
    if (!number && records.used == records.length && !grow())
        return NULL;
    if (number)
        records.unused = records.all[number].made;
    else
        number = (uint32_t)records.used++;
    records.all[number] = (struct handle_record){.handle = handle};
    handle->u.reserved[3] = (void *)(uintptr_t)number;
    return &records.all[number];
}

struct handle_record *handles_find(const uv_handle_t *handle)
{
    uintptr_t number = (uintptr_t)handle->u.reserved[3];
    if (number == 0 || number >= records.used || records.all[number].handle != handle)
        return NULL;
    return &records.all[number];
}

void handles_remove(struct handle_record *record)
{
    *record = (struct handle_record){.made = records.unused};
    records.unused = (uint32_t)(record - records.all);
}

size_t handles_places(void)
{
    return records.used;
}

struct handle_record *handles_at(size_t place)
{
    return &records.all[place];
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
    uint32_t *places; /* numbers, 0: free; twice as many as there is room */
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
        size_t at = all[number].hash % (2 * room);
        while (places[at])
            at = (at + 1) % (2 * room);
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
    size_t at = stack.hash % (2 * stacks.room);
    for (; stacks.places[at]; at = at + 1 == 2 * stacks.room ? 0 : at + 1)
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

_Static_assert(offsetof(struct handle_record, since) == offsetof(struct handle_record, mark) + 8,
               "closed and type lie in one word between these");

const struct census_part census_handles = {
    .first = &records.all,
    .length = &records.used,
    .length_size = sizeof records.used,
    .size = sizeof(struct handle_record),
    .field = {[CENSUS_FIELD_OBJECT] = AT(struct handle_record, handle),
              [CENSUS_FIELD_MADE] = AT(struct handle_record, made),
              [CENSUS_FIELD_MARK] = AT(struct handle_record, mark),
              [CENSUS_FIELD_TYPE] = {offsetof(struct handle_record, mark) + 4, 4},
              [CENSUS_FIELD_SINCE] = AT(struct handle_record, since)},
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
