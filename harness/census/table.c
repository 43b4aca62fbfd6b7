/* Where a handle's or a request's record is stands in it itself, in the last of the words that libuv reserves in it and does not
 * use on Unix. Whatever may stand there: a record knows its object, so that no other is taken for it.
 *
 * A record has 32 bytes and the table grows by half, so that a handle takes no more than 48. */
#include "census/table.h"
#include "census/layout.h"
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RECORDS_FIRST = 1024, STACKS_FIRST = 256, RECENT = 256 };

/* Not by mmap(), which a proof has where one is linked in: a pointer that the census has is nobody's. */
void *table_map(size_t bytes)
{
    long memory = syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == -1 ? NULL : (void *)memory;
}

static void *map_again(void *memory, size_t bytes, size_t more)
{
    if (!memory)
        return table_map(more);
    long moved = syscall(SYS_mremap, memory, bytes, more, MREMAP_MAYMOVE);
    return moved == -1 ? NULL : (void *)moved;
}

/* --- Handles and requests ------------------------------------------------------------------------ */

struct records handle_records, request_records;

bool records_grow(struct records *records)
{
    size_t more = records->length ? records->length + records->length / 2 : RECORDS_FIRST;
    struct record *all = map_again(records->all, records->length * sizeof *all, more * sizeof *all);
    if (!all)
        return false;
    records->all = all;
    records->length = more;
    records->used = records->used ? records->used : 1;
    return true;
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
    uint32_t up[CENSUS_FRAMES]; /* how far above the first each lay, the last time */
};

static struct {
    struct stack *all; /* from 1 on */
    size_t length, room;
    uint32_t *places;        /* numbers, 0: free; twice as many as there is room: a power of two */
    uint32_t recent[RECENT]; /* by who calls: the number that it got the last time */
} stacks;

static bool grow_stacks(void)
{
    size_t room = stacks.room ? 2 * stacks.room : STACKS_FIRST;
    struct stack *all = table_map(room * sizeof *all);
    uint32_t *places = table_map(2 * room * sizeof *places);
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
        syscall(SYS_munmap, stacks.all, stacks.room * sizeof *all);
        syscall(SYS_munmap, stacks.places, 2 * stacks.room * sizeof *places);
    }
    stacks.all = all;
    stacks.places = places;
    stacks.room = room;
    stacks.length = stacks.length ? stacks.length : 1;
    return true;
}

/* The last place in this thread's stack where a frame may lie: above, nothing is read. 0: not known, so no frames. */
static __attribute__((noinline)) uintptr_t last_place(void)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 2 * sizeof(void *);
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return 0;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    return (uintptr_t)low + size - 2 * sizeof(void *);
}

/* A frame: where its caller's frame lies, and where it returns to. */
static bool is_frame(uintptr_t at, uintptr_t last)
{
    return at % sizeof(void *) == 0 && at <= last && ((const uintptr_t *)at)[1] != 0;
}

/* By the chain of frame pointers, as far as it goes up within the stack: code without them cuts it short. */
static void walk(uintptr_t frame, uintptr_t last, size_t most, struct stack *stack)
{
    uintptr_t at = frame;
    *stack = (struct stack){.depth = 0};
    while (stack->depth < most && is_frame(at, last)) {
        const uintptr_t *words = (const uintptr_t *)at;
        stack->up[stack->depth] = (uint32_t)(at - frame);
        stack->frames[stack->depth++] = (const void *)words[1];
        stack->hash = mixed(stack->hash ^ words[1]);
        if (words[0] <= at || words[0] - frame > UINT32_MAX)
            break;
        at = words[0];
    }
}

/* Whether it is the stack of that number, with its frames where they were the last time, as nearly always. Looked at there, and not
 * one by way of the other, the processor reads all of them at once. Where frames lie elsewhere now these are any words of the
 * stack: AddressSanitizer is not to look. */
__attribute__((no_sanitize("address"))) static inline bool
is_again(const struct stack *stack, uintptr_t frame, uintptr_t last, size_t most)
{
    uintptr_t differs = 0, at = frame;
    size_t depth = stack->depth;
    if (depth == 0 || frame > last || last - frame < stack->up[depth - 1])
        return false;
    for (size_t i = 0; i + 1 < depth; i++) {
        const uintptr_t *words = (const uintptr_t *)at;
        at = frame + stack->up[i + 1];
        differs |= (words[0] ^ at) | (words[1] ^ (uintptr_t)stack->frames[i]);
    }
    const uintptr_t *words = (const uintptr_t *)at;
    differs |= words[1] ^ (uintptr_t)stack->frames[depth - 1];
    return !differs && (depth == most || words[0] <= at || !is_frame(words[0], last));
}

static bool is_same(const struct stack *a, const struct stack *b)
{
    return a->hash == b->hash && a->depth == b->depth &&
           memcmp(a->frames, b->frames, a->depth * sizeof *a->frames) == 0;
}

static __attribute__((noinline)) uint32_t number_of(uintptr_t frame, uintptr_t last, size_t most)
{
    struct stack stack;
    if (stacks.length == stacks.room && !grow_stacks())
        return 0;
    walk(frame, last, most, &stack);
    size_t at = stack.hash & (2 * stacks.room - 1);
    for (; stacks.places[at]; at = (at + 1) & (2 * stacks.room - 1))
        if (is_same(&stacks.all[stacks.places[at]], &stack)) {
            memcpy(stacks.all[stacks.places[at]].up, stack.up, sizeof stack.up);
            return stacks.places[at];
        }
    stacks.places[at] = (uint32_t)stacks.length;
    stacks.all[stacks.length] = stack;
    return (uint32_t)stacks.length++;
}

uint32_t stacks_number(const void *from, size_t most)
{
    static _Thread_local uintptr_t last;
    uintptr_t frame = (uintptr_t)from;
    last = last ? last : last_place();
    uint32_t *recent =
        &stacks.recent[mixed(((const uintptr_t *)frame)[1] ^ most) >> 24 & (RECENT - 1)];
    if (!*recent || !is_again(&stacks.all[*recent], frame, last, most))
        *recent = number_of(frame, last, most);
    return *recent;
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
               "closing and type lie in one word between these");

#define PART_OF(records)                                                                           \
    {                                                                                              \
        .first = &(records).all, .length = &(records).used, .length_size = sizeof(records).used,   \
        .size = sizeof(struct record), .field = {                                                  \
            [CENSUS_FIELD_OBJECT] = AT(struct record, object),                                     \
            [CENSUS_FIELD_MADE] = AT(struct record, made),                                         \
            [CENSUS_FIELD_MARK] = AT(struct record, mark),                                         \
            [CENSUS_FIELD_TYPE] = {offsetof(struct record, mark) + 4, 4},                          \
            [CENSUS_FIELD_SINCE] = AT(struct record, since)                                        \
        }                                                                                          \
    }

const struct census_part census_handles = PART_OF(handle_records);
const struct census_part census_requests = PART_OF(request_records);

const struct census_part census_stacks = {
    .first = &stacks.all,
    .length = &stacks.length,
    .length_size = sizeof stacks.length,
    .size = sizeof(struct stack),
    .field = {[CENSUS_FIELD_HASH] = AT(struct stack, hash),
              [CENSUS_FIELD_DEPTH] = AT(struct stack, depth),
              [CENSUS_FIELD_FRAMES] = AT(struct stack, frames)},
};
