/* Linear probing over a table of any length: at most four fifths full, grown by half, so that a record of 32 bytes
 * takes no more than 60. */
#include "census/table.h"
#include "census/entry.h"
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

enum { PLACES_FIRST = 1024, STACKS_FIRST = 256 };

static void *map(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* --- Handles ------------------------------------------------------------------------------------- */

static struct {
    struct handle_record *places;
    size_t length, used;
} handles;

static uint64_t mixed(uint64_t word)
{
    word *= 0x9e3779b97f4a7c15u;
    return word ^ word >> 32;
}

static size_t place_of(const uv_handle_t *handle)
{
    return (size_t)((unsigned __int128)(mixed((uintptr_t)handle) * 0x9e3779b97f4a7c15u) *
                        handles.length >>
                    64);
}

static size_t next_of(size_t place)
{
    return place + 1 == handles.length ? 0 : place + 1;
}

/* The place of this handle, or the free one that it would have. */
static struct handle_record *look_for(const uv_handle_t *handle)
{
    size_t place = place_of(handle);
    while (handles.places[place].handle && handles.places[place].handle != handle)
        place = next_of(place);
    return &handles.places[place];
}

static bool grow(void)
{
    struct handle_record *old = handles.places;
    size_t length = handles.length, more = length ? length + length / 2 : PLACES_FIRST;
    struct handle_record *places = map(more * sizeof *places);
    if (!places)
        return false;
    handles.places = places;
    handles.length = more;
    for (size_t i = 0; i < length; i++)
        if (old[i].handle)
            *look_for(old[i].handle) = old[i];
    if (old)
        munmap(old, length * sizeof *old);
    return true;
}

struct handle_record *handles_add(uv_handle_t *handle)
{
    if (5 * (handles.used + 1) > 4 * handles.length && !grow())
        return NULL;
    struct handle_record *record = look_for(handle);
    handles.used += !record->handle;
    *record = (struct handle_record){.handle = handle};
    return record;
}

struct handle_record *handles_find(const uv_handle_t *handle)
{
    if (!handles.length)
        return NULL;
    struct handle_record *record = look_for(handle);
    return record->handle ? record : NULL;
}

/* Those behind it move up, as far as they may. */
void handles_remove(struct handle_record *record)
{
    size_t hole = (size_t)(record - handles.places);
    for (size_t at = next_of(hole); handles.places[at].handle; at = next_of(at)) {
        size_t wanted = place_of(handles.places[at].handle);
        bool stays = hole <= at ? hole < wanted && wanted <= at : hole < wanted || wanted <= at;
        if (stays)
            continue;
        handles.places[hole] = handles.places[at];
        hole = at;
    }
    handles.places[hole].handle = NULL;
    handles.used--;
}

size_t handles_places(void)
{
    return handles.length;
}

struct handle_record *handles_at(size_t place)
{
    return &handles.places[place];
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
static void walk(const void *frame, struct stack *stack)
{
    uintptr_t end = end_of_stack(), at = (uintptr_t)frame;
    stack->hash = stack->depth = 0;
    while (stack->depth < CENSUS_FRAMES && at % sizeof(void *) == 0 &&
           at + 2 * sizeof(void *) <= end) {
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

uint32_t stacks_number(const void *frame)
{
    struct stack stack;
    walk(frame, &stack);
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
