/* A page that is hidden can not be read, in a core it is all zeros: so it is asked first who hibernates. The table of
 * slabs is read again when the process has changed it; whether a task's bit is set, each time. */
#include "outside/sleepers.h"
#include "outside/copy.h"
#include <stdlib.h>
#include <string.h>

enum {
    PAGE_LEAST = 4096,
    SLABS_MOST = 1 << 20,
    AT_ONCE = TASK_LAYOUT_PLACES,
    TABLE_AT_ONCE = 4096
};

struct slept_slab {
    uint64_t base, end, of;
};

struct sleepers {
    struct memory memory; /* first: a memory * is one of these */
    struct memory *below;
    const struct task_layout *layout;
    struct slept_slab *slabs; /* by address */
    size_t length;
    uint64_t changes, forms_changes;
    struct forms_seen *forms;
    struct packed packed[AT_ONCE];
    char slab[LAYOUT_RECORD]; /* who hibernates of one, */
    uint64_t slab_of;         /* this one; 0: of none */
    bool is_hiding;           /* copies count whose pages are hidden just now, too */
};

/* --- The table ------------------------------------------------------------------------------------ */

static bool add_slabs(struct sleepers *s, const char *entries, size_t n)
{
    const struct task_layout *l = s->layout;
    for (size_t i = 0; i < n; i++) {
        const char *entry = entries + i * l->entry_size;
        struct slept_slab slab = {layout_number(l, LAYOUT_SLEEPERS_BASE, entry),
                                  layout_number(l, LAYOUT_SLEEPERS_END, entry),
                                  layout_number(l, LAYOUT_SLEEPERS_OF, entry)};
        uint64_t before = s->length ? s->slabs[s->length - 1].end : 1;
        uint64_t size = slab.end - slab.base;
        if (slab.base < before || slab.end <= slab.base || size % TASK_LAYOUT_PLACES)
            return false;
        s->slabs[s->length++] = slab;
    }
    return true;
}

/* As far as it can be read and makes sense. */
static void read_table(struct sleepers *s, uint64_t at, uint64_t length)
{
    size_t each = s->layout->entry_size, steps = TABLE_AT_ONCE / each;
    char entries[TABLE_AT_ONCE];
    free(s->slabs);
    s->slabs = NULL;
    s->length = 0;
    length = length < SLABS_MOST ? length : SLABS_MOST;
    if (!length || !(s->slabs = malloc(length * sizeof *s->slabs)))
        return;
    for (size_t i = 0; i < length; i += steps) {
        size_t n = length - i < steps ? length - i : steps;
        if (!memory_read(s->below, at + i * each, entries, n * each) || !add_slabs(s, entries, n))
            return;
    }
}

static void refresh(struct sleepers *s)
{
    const struct task_layout *l = s->layout;
    char table[LAYOUT_RECORD], forms[LAYOUT_RECORD];
    struct piece pieces[] = {
        {.at = (uintptr_t)l->hibernated,
         .to = table,
         .size = layout_end(l, LAYOUT_SLEEPERS_ALL, LAYOUT_SLEEPERS_CHANGES)},
        {.at = (uintptr_t)l->forms,
         .to = forms,
         .size = layout_end(l, LAYOUT_FORMS_ALL, LAYOUT_FORMS_CHANGES)},
    };
    s->below->read(s->below, pieces, 2);
    s->slab_of = 0;
    if (!pieces[0].read || !pieces[1].read) {
        s->length = 0;
        s->changes = s->forms_changes = 0;
        return;
    }
    uint64_t changes = layout_number(l, LAYOUT_SLEEPERS_CHANGES, table);
    uint64_t forms_changes = layout_number(l, LAYOUT_FORMS_CHANGES, forms);
    if (changes != s->changes)
        read_table(s, layout_number(l, LAYOUT_SLEEPERS_ALL, table),
                   layout_number(l, LAYOUT_SLEEPERS_LENGTH, table));
    if (forms_changes != s->forms_changes)
        forms_forget(s->forms, layout_number(l, LAYOUT_FORMS_ALL, forms));
    s->changes = changes;
    s->forms_changes = forms_changes;
}

static const struct slept_slab *slab_with(const struct sleepers *s, uint64_t at)
{
    size_t low = 0, high = s->length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->slabs[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->length && s->slabs[low].base <= at ? &s->slabs[low] : NULL;
}

/* Who hibernates of this slab, as it is now. */
static bool know_slab(struct sleepers *s, const struct slept_slab *slab)
{
    size_t size = layout_end(s->layout, LAYOUT_SLEEPER_BITS, LAYOUT_SLEEPER_COPIES);
    if (s->slab_of != slab->of)
        s->slab_of = memory_read(s->below, slab->of, s->slab, size) ? slab->of : 0;
    return s->slab_of;
}

/* Whether the piece lies on the stack of one that hibernates: then of which copy, and whose. */
static bool find_copy(struct sleepers *s, const struct piece *piece, struct packed *packed)
{
    const struct slept_slab *slab = slab_with(s, piece->at);
    if (!slab || !know_slab(s, slab))
        return false;
    uint64_t stride = (slab->end - slab->base) / TASK_LAYOUT_PLACES;
    uint64_t place = (piece->at - slab->base) / stride, end = slab->base + (place + 1) * stride;
    uint64_t bits = s->is_hiding ? UINT64_MAX
                                 : layout_number(s->layout, LAYOUT_SLEEPER_BITS, s->slab) &
                                       ~layout_number(s->layout, LAYOUT_SLEEPER_LOOKED_AT, s->slab);
    if (!(bits >> place & 1) || end - piece->at < piece->size)
        return false;
    memcpy(&packed->at,
           s->slab + s->layout->field[LAYOUT_SLEEPER_COPIES].at + place * sizeof packed->at,
           sizeof packed->at);
    packed->record = end - s->layout->record_below[place];
    packed->length = 0;
    return packed->at;
}

/* --- Reading -------------------------------------------------------------------------------------- */

/* What of the page was not in use is gone. False where the piece begins below the page. */
static bool fill(const struct sleepers *s, struct piece *piece, const struct packed *p)
{
    uint64_t high = p->record + s->layout->task_size, low = high - p->words * sizeof *p->all;
    uint64_t from = piece->at > low ? piece->at : low, end = piece->at + piece->size;
    uint64_t to = end < high ? end : high;
    if (piece->at < low / PAGE_LEAST * PAGE_LEAST)
        return false;
    memset(piece->to, 0, piece->size);
    if (from < to)
        memcpy((char *)piece->to + (from - piece->at), (const char *)p->all + (from - low),
               to - from);
    return true;
}

/* Reads the n pieces whose numbers are in `which`, in the memory below. */
static void read_below(struct sleepers *s, struct piece *pieces, const size_t *which, size_t n)
{
    struct piece some[AT_ONCE];
    for (size_t i = 0; i < n; i++)
        some[i] = pieces[which[i]];
    if (n)
        s->below->read(s->below, some, n);
    for (size_t i = 0; i < n; i++)
        pieces[which[i]].read = some[i].read;
}

static void read_some(struct sleepers *s, struct piece *pieces, size_t n)
{
    struct piece copies[AT_ONCE];
    size_t others[AT_ONCE], packed[AT_ONCE], other = 0, length = 0;
    for (size_t i = 0; i < n; i++) {
        struct packed *p = &s->packed[length];
        if (!find_copy(s, &pieces[i], p)) {
            others[other++] = i;
            continue;
        }
        copies[length] = (struct piece){.at = p->at, .to = p->bytes, .size = packed_first(p->at)};
        packed[length++] = i;
    }
    if (length)
        s->below->read(s->below, copies, length);
    for (size_t i = 0; i < length; i++) {
        s->packed[i].length = copies[i].read ? copies[i].size : 0;
        pieces[packed[i]].read = packed_open(&s->packed[i], s->forms);
        if (pieces[packed[i]].read && !fill(s, &pieces[packed[i]], &s->packed[i]))
            others[other++] = packed[i];
    }
    read_below(s, pieces, others, other);
}

/* Who was put to sleep meanwhile: its copy is there before its page is hidden, and its bit is set after that. */
static void read_hiding(struct sleepers *s, struct piece *pieces, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (pieces[i].read)
            continue;
        if (!s->is_hiding)
            refresh(s);
        s->is_hiding = true;
        read_some(s, &pieces[i], 1);
    }
    s->is_hiding = false;
}

static void read_awake_or_not(struct memory *memory, struct piece *pieces, size_t n)
{
    struct sleepers *s = (struct sleepers *)memory;
    refresh(s);
    for (size_t i = 0; i < n; i += AT_ONCE)
        read_some(s, pieces + i, n - i < AT_ONCE ? n - i : AT_ONCE);
    read_hiding(s, pieces, n);
}

/* --- Opening -------------------------------------------------------------------------------------- */

struct sleepers *sleepers_open(struct memory *below, const struct task_layout *layout)
{
    struct sleepers *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->memory.read = read_awake_or_not;
    s->below = below;
    s->layout = layout;
    s->forms = forms_new(below, layout);
    if (s->forms)
        return s;
    free(s);
    return NULL;
}

struct memory *sleepers_memory(struct sleepers *sleepers)
{
    return &sleepers->memory;
}

void sleepers_close(struct sleepers *s)
{
    if (!s)
        return;
    forms_free(s->forms);
    free(s->slabs);
    free(s);
}
