/* From any address to the heap block that it lies in, while a proof looks. */
#pragma once

#include "proof/heap_map.h"

/* Prepares for blocks_start(). False where memory is short. No other thread may allocate until
 * blocks_close(), which clears all marks. */
bool blocks_open(void);
void blocks_close(void);

/* Where the heap lies: nothing outside of [low, low + span) is in a block. */
extern struct blocks_span {
    uintptr_t low, span;
} blocks_span;

/* The start of the block that an address in this region lies in and that is not the block's start
 * itself; 0: none. */
uintptr_t blocks_start_before(uintptr_t at);

static inline bool blocks_is_start(const struct region *r, uintptr_t at)
{
    return !(at & ((1 << GRANULE_BITS) - 1)) && r->starts[region_word(at)] & region_bit(at);
}

/* The start of the block that an address lies in; 0: none. */
static inline uintptr_t blocks_start(uintptr_t at)
{
    if (at - blocks_span.low >= blocks_span.span)
        return 0;
    const struct region *r = heap_map[at >> REGION_BITS];
    if (!r)
        return 0;
    return blocks_is_start(r, at) ? at : blocks_start_before(at);
}

size_t blocks_size(uintptr_t start);
size_t blocks_bytes(void); /* that marks are kept in, at most */

static inline bool blocks_is_marked(uintptr_t start)
{
    return heap_map[start >> REGION_BITS]->marks[region_word(start)] & region_bit(start);
}

/* Calls visit for every block that is marked, or every one that is not. */
void blocks_each(bool marked, void (*visit)(uintptr_t start, void *arg), void *arg);
