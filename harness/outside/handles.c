/* Nothing that is read is believed: numbers are held against the lengths beside them, lists end after so many steps. What
 * makes no sense may have changed just while it was read: then once more. */
#include "outside/handles.h"
#include "outside/handles_looker.h"
#include "outside/handles_requests.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { RECORDS_MOST = 1 << 26, THREADS_MOST = 1 << 16, ROUNDS = 3 };

/* As libuv has them since 1.0, in uv-common.h. */
enum { FLAG_CLOSING = 1, FLAG_CLOSED = 2, FLAG_ACTIVE = 4, FLAG_REFERENCED = 8 };

/* Where the records are, and how many; none where it can not be read. */
static uint64_t length_of(struct looker *l, const struct census_part *part, uint64_t *first)
{
    uint64_t length = 0;
    *first = 0;
    if (!memory_read(l->memory, (uintptr_t)part->first, first, sizeof *first) || !*first ||
        (part->length_size &&
         !memory_read(l->memory, (uintptr_t)part->length, &length, part->length_size)))
        return 0;
    if (length > RECORDS_MOST) {
        l->seen->is_cut = true;
        return 0;
    }
    return length;
}

/* --- Handles --------------------------------------------------------------------------------------- */

static void read_queued(struct looker *l, uint64_t handle, struct things *one)
{
    uint64_t at = 0;
    if (one->type == UV_TCP || one->type == UV_NAMED_PIPE || one->type == UV_TTY)
        at = handle + l->layout.stream_queued;
    else if (one->type == UV_UDP)
        at = handle + l->layout.udp_queued;
    if (!at || !memory_read(l->memory, at, &one->queued, sizeof one->queued))
        one->queued = 0;
    one->has_queued = one->queued != 0;
}

/* What the handle itself says, which has to know its record: else it was freed, and others have the memory. */
static void read_handle(struct looker *l, const struct piece *piece, uint64_t number,
                        struct things *one)
{
    uint64_t known = 0;
    uint32_t flags = 0, type = 0;
    const char *handle = piece->to;
    if (piece->read) {
        memcpy(&known, handle + l->layout.handle_number, sizeof known);
        memcpy(&flags, handle + l->layout.handle_flags, sizeof flags);
        memcpy(&type, handle + l->layout.handle_type, sizeof type);
    }
    one->freed = !piece->read || (uint32_t)known != number || type != one->type;
    if (one->freed)
        return;
    one->active = (flags & FLAG_ACTIVE) && !(flags & (FLAG_CLOSING | FLAG_CLOSED));
    one->referenced = flags & FLAG_REFERENCED;
    read_queued(l, piece->at, one);
}

/* The n records that are in l->records, the first of this number. */
static bool take_handles(struct looker *l, uint64_t first, size_t n)
{
    const struct census_part *part = &l->parts[THING_HANDLE];
    struct piece pieces[HANDLES_AT_ONCE];
    uint64_t numbers[HANDLES_AT_ONCE];
    struct things some[HANDLES_AT_ONCE];
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        const char *record = l->records + i * part->size;
        uint64_t at = looker_number(part, CENSUS_FIELD_OBJECT, record);
        uint64_t word = looker_number(part, CENSUS_FIELD_TYPE, record);
        if (!at)
            continue;
        some[length] = looker_thing(part, THING_HANDLE, record);
        some[length].type = (uint8_t)(word >> 24);
        some[length].closing = word & 0xffffff;
        numbers[length] = first + i;
        pieces[length] =
            (struct piece){.at = at, .to = l->objects[length], .size = l->layout.handle_size};
        length++;
    }
    if (length)
        l->memory->read(l->memory, pieces, length);
    bool done = true;
    for (size_t i = 0; done && i < length; i++) {
        read_handle(l, &pieces[i], numbers[i], &some[i]);
        done = looker_count(l, &some[i]);
    }
    return done;
}

/* --- Descriptors and threads ----------------------------------------------------------------------- */

/* What was closed where the census does not see it (in a library, by a system call) still has its record. */
static bool is_open(const struct target *target, uint64_t number)
{
    char path[64], to[8];
    if (target->is_core)
        return true;
    snprintf(path, sizeof path, "/proc/%d/fd/%llu", target->pid, (unsigned long long)number);
    return readlink(path, to, sizeof to) > 0;
}

static bool take_descriptors(struct looker *l, uint64_t first, size_t n)
{
    const struct census_part *part = &l->parts[THING_DESCRIPTOR];
    bool done = true;
    for (size_t i = 0; done && i < n; i++) {
        struct things one = looker_thing(part, THING_DESCRIPTOR, l->records + i * part->size);
        if (one.stack && is_open(l->target, first + i))
            done = looker_count(l, &one);
    }
    return done;
}

static bool take_threads(struct looker *l, uint64_t at)
{
    const struct census_part *part = &l->parts[THING_THREAD];
    bool done = true;
    for (size_t i = 0; done && at; i++) {
        if (i == THREADS_MOST || !memory_read(l->memory, at, l->records, part->size)) {
            l->seen->is_cut = true;
            break;
        }
        struct things one = looker_thing(part, THING_THREAD, l->records);
        one.ended = looker_number(part, CENSUS_FIELD_ENDED, l->records);
        one.detached = looker_number(part, CENSUS_FIELD_DETACHED, l->records);
        at = looker_number(part, CENSUS_FIELD_OBJECT, l->records);
        done = looker_count(l, &one);
    }
    return done;
}

/* --- The look -------------------------------------------------------------------------------------- */

typedef bool take_some(struct looker *l, uint64_t first, size_t n);

static bool take_all(struct looker *l, const struct census_part *part, uint64_t more,
                     take_some *take)
{
    uint64_t first, length = length_of(l, part, &first);
    if (!first)
        return true;
    length += more;
    for (uint64_t i = 0; i < length; i += HANDLES_AT_ONCE) {
        size_t n = length - i < HANDLES_AT_ONCE ? length - i : HANDLES_AT_ONCE;
        if (!memory_read(l->memory, first + i * part->size, l->records, n * part->size)) {
            l->seen->is_cut = true;
            break;
        }
        if (!take(l, i, n))
            return false;
    }
    uint64_t again;
    l->seen->is_cut |= length_of(l, part, &again) + more != length || again != first;
    return true;
}

static bool look_once(struct looker *l)
{
    uint64_t first;
    struct handles_seen *seen = l->seen;
    seen->length = seen->last = 0;
    seen->is_cut = false;
    memset(seen->of_kind, 0, sizeof seen->of_kind);
    l->stacks_length = length_of(l, &l->stacks, &l->stacks_at);
    if (!take_all(l, &l->parts[THING_HANDLE], 0, take_handles) ||
        !take_all(l, &l->parts[THING_REQUEST], 0, requests_take) ||
        !take_all(l, &l->parts[THING_DESCRIPTOR], 1, take_descriptors))
        return false;
    uint8_t on = 0;
    memory_read(l->memory, (uintptr_t)l->layout.on, &on, 1);
    seen->is_on = on;
    length_of(l, &l->parts[THING_THREAD], &first);
    return take_threads(l, first);
}

static int more_first(const void *a, const void *b)
{
    const struct things *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->mark > y->mark) - (x->mark < y->mark);
}

bool handles_look(struct handles_seen *seen, const struct target *target, char why[HANDLES_WHY])
{
    struct looker *l = calloc(1, sizeof *l);
    *seen = (struct handles_seen){.is_core = target->is_core};
    bool done = l;
    if (l) {
        l->seen = seen;
        l->target = target;
        l->memory = target->memory;
        if (!looker_read_layout(l, why)) {
            free(l);
            return false;
        }
    }
    for (int round = 0; done && round < ROUNDS; round++) {
        done = look_once(l);
        if (!seen->is_cut)
            break;
    }
    if (!done)
        snprintf(why, HANDLES_WHY, "no memory for what there is to know of its handles");
    else if (seen->length)
        qsort(seen->all, seen->length, sizeof *seen->all, more_first);
    free(l);
    return done;
}

void handles_free(struct handles_seen *seen)
{
    free(seen->all);
    *seen = (struct handles_seen){0};
}
