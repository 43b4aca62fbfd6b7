#include "proof/shelves.h"
#include "proof/pages.h"
#include "task/counted.h"
#include <stdlib.h>

enum { CHUNK_BITS = 20 };

NOT_SCANNED struct shelves shelves;

static int by_base(const void *a, const void *b)
{
    const struct shelf *x = a, *y = b;
    return (x->base > y->base) - (x->base < y->base);
}

static size_t count_slabs(void)
{
    size_t n = 0;
    for (const struct slab *s = task_stacks.oldest; s; s = s->newer)
        n++;
    return n;
}

static void list_slabs(void)
{
    bool sorted = true;
    for (struct slab *s = task_stacks.oldest; s; s = s->newer) {
        struct shelf *shelf = &shelves.all[shelves.length++];
        *shelf = (struct shelf){.base = (uintptr_t)s->base,
                                .end = (uintptr_t)s->base + SLAB_STACKS * s->stride,
                                .stride = (uint32_t)s->stride,
                                .guard = (uint32_t)s->guard,
                                .slab = s,
                                .used = ~(s->dirty | s->clean)};
        sorted &= shelf == shelves.all || shelf[-1].base < shelf->base;
    }
    if (!sorted)
        qsort(shelves.all, shelves.length, sizeof *shelves.all, by_base);
}

static size_t chunks_of(const struct shelves *tables)
{
    return (tables->span >> CHUNK_BITS) + 1;
}

/* So that an address finds its shelf by one look, and at most one or two steps. */
static bool index_by_chunk(void)
{
    shelves.low = shelves.all[0].base;
    shelves.span = shelves.all[shelves.length - 1].end - shelves.low;
    if (!(shelves.first_in = pages_get(chunks_of(&shelves) * sizeof *shelves.first_in)))
        return false;
    for (size_t i = shelves.length; i-- > 0;) {
        const struct shelf *s = &shelves.all[i];
        size_t last = (s->end - 1 - shelves.low) >> CHUNK_BITS;
        for (size_t c = (s->base - shelves.low) >> CHUNK_BITS; c <= last; c++)
            shelves.first_in[c] = (uint32_t)i + 1; /* 0: none */
    }
    return true;
}

bool shelves_open(void)
{
    size_t n = count_slabs();
    shelves = (struct shelves){0};
    if (!n)
        return true;
    shelves.all = pages_get((n + 1) * sizeof *shelves.all);
    shelves.causes = pages_get(n * SLAB_STACKS * sizeof *shelves.causes);
    shelves.room = n;
    if (!shelves.all || !shelves.causes)
        return false;
    list_slabs();
    shelves.bytes = n * (sizeof *shelves.all + SLAB_STACKS * sizeof *shelves.causes);
    return index_by_chunk();
}

void shelves_free(struct shelves *tables)
{
    pages_put(tables->all, (tables->room + 1) * sizeof *tables->all);
    pages_put(tables->causes, tables->room * SLAB_STACKS * sizeof *tables->causes);
    pages_put(tables->first_in, chunks_of(tables) * sizeof *tables->first_in);
    *tables = (struct shelves){0};
}

struct shelf *shelves_find_in(const struct shelves *tables, uintptr_t at, int *place)
{
    if (at - tables->low >= tables->span)
        return 0;
    uint32_t first = tables->first_in[(at - tables->low) >> CHUNK_BITS];
    if (!first)
        return 0;
    struct shelf *s = &tables->all[first - 1], *end = tables->all + tables->length;
    while (s < end && s->end <= at)
        s++;
    if (s == end || at < s->base)
        return 0;
    *place = (int)((at - s->base) / s->stride);
    return s->used >> *place & 1 ? s : 0;
}

struct shelf *shelves_of_task(const struct task *t, uint64_t *bit)
{
    int place;
    struct shelf *s = shelves_find((uintptr_t)t, &place);
    if (!s || shelf_task(s, place) != t)
        return 0;
    *bit = UINT64_C(1) << place;
    return s;
}
