/* Counted objects of the runtime, met in the heap. */
#pragma once

#include "proof/blocks.h"
#include "task/counted.h"
#include "task/inspect.h"

static inline bool is_channel_kind(uint32_t kind)
{
    return kind - COUNTED_CHAN <= CHAN_OF_CONTEXT;
}

/* The head of the object that this block is; NULL: none. */
static inline struct counted *counted_at(uintptr_t start)
{
    if (blocks_size(start) < COUNTED_AT + sizeof(struct counted))
        return 0;
    struct counted *c = (struct counted *)(start + COUNTED_AT);
    bool is_one = is_channel_kind(c->kind) || c->kind == COUNTED_CTX || c->kind == COUNTED_TIMER ||
                  c->kind == COUNTED_AFTER;
    return is_one ? c : 0;
}
