#include "outside/stacks.h"
#include <stdlib.h>

/* 67 million tasks: what is more is not read, and said. */
enum { SLABS_MOST = 1 << 20, PAGE_LEAST = 4096 };
static const uint64_t STRIDE_MOST = UINT64_C(1) << 32;

static uint64_t number(const struct task_layout *layout, enum layout_field field, const void *slab)
{
    return layout_number(layout, field, slab);
}

/* Reads the record at s->at, and whether it can be one: its place tells where it lies itself, and the one before it
 * is the one that led here. No walk over such records comes back to where it was. */
static bool read_slab(struct memory *memory, const struct task_layout *layout, uint64_t before,
                      struct seen_slab *s, uint64_t *next)
{
    char slab[LAYOUT_RECORD];
    size_t size = layout_end(layout, LAYOUT_SLAB_DIRTY, LAYOUT_SLAB_NEWER);
    if (!memory_read(memory, s->at, slab, size))
        return false;
    s->base = number(layout, LAYOUT_SLAB_BASE, slab);
    s->stride = number(layout, LAYOUT_SLAB_STRIDE, slab);
    s->guard = number(layout, LAYOUT_SLAB_GUARD, slab);
    s->used = ~(number(layout, LAYOUT_SLAB_DIRTY, slab) | number(layout, LAYOUT_SLAB_CLEAN, slab));
    *next = number(layout, LAYOUT_SLAB_NEWER, slab);
    uint64_t bytes = s->stride * TASK_LAYOUT_PLACES;
    return s->stride <= STRIDE_MOST && s->base % PAGE_LEAST == 0 && s->stride % PAGE_LEAST == 0 &&
           s->guard % PAGE_LEAST == 0 && s->stride >= s->guard + PAGE_LEAST && s->guard &&
           s->base + bytes > s->base && s->at == s->base + s->stride - layout->slab_below &&
           number(layout, LAYOUT_SLAB_OLDER, slab) == before;
}

static bool add(struct seen_slabs *slabs, const struct seen_slab *s)
{
    size_t n = slabs->length;
    if ((n & (n - 1)) == 0) { /* full at each power of two */
        void *larger = realloc(slabs->all, (n ? 2 * n : 1) * sizeof *slabs->all);
        if (!larger)
            return false;
        slabs->all = larger;
    }
    slabs->all[slabs->length++] = *s;
    return true;
}

static int by_address(const void *a, const void *b)
{
    const struct seen_slab *x = a, *y = b;
    return (x->base > y->base) - (x->base < y->base);
}

/* Slabs that lie in each other can not be: the second of two such goes. */
static void drop_overlapping(struct seen_slabs *slabs)
{
    size_t kept = 0;
    for (size_t i = 0; i < slabs->length; i++) {
        const struct seen_slab *last = kept ? &slabs->all[kept - 1] : NULL;
        if (last && slabs->all[i].base < last->base + last->stride * TASK_LAYOUT_PLACES)
            slabs->is_cut = true;
        else
            slabs->all[kept++] = slabs->all[i];
    }
    slabs->length = kept;
}

bool stacks_find(struct seen_slabs *slabs, struct memory *memory, const struct task_layout *layout)
{
    char pool[LAYOUT_RECORD];
    size_t size = layout_end(layout, LAYOUT_STACKS_OLDEST, LAYOUT_STACKS_OLDEST);
    *slabs = (struct seen_slabs){0};
    if (!memory_read(memory, (uintptr_t)layout->stacks, pool, size))
        return false;
    uint64_t at = number(layout, LAYOUT_STACKS_OLDEST, pool), before = 0, next;
    for (; at && slabs->length < SLABS_MOST; before = at, at = next) {
        struct seen_slab s = {.at = at};
        if (!read_slab(memory, layout, before, &s, &next))
            break;
        if (!add(slabs, &s)) {
            free(slabs->all);
            return false;
        }
    }
    slabs->is_cut = at != 0;
    if (slabs->length)
        qsort(slabs->all, slabs->length, sizeof *slabs->all, by_address);
    drop_overlapping(slabs);
    return true;
}
