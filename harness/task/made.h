/* Which lines have made the timers, channels and contexts that are alive: counts by line.
 * Private to task/; from outside, made_each() in inspect.h.
 *
 * Invariants:
 * - An object remembers its line and its epoch in one word; what is counted for it is taken back when
 *   it goes, whatever has begun meanwhile.
 * - Of each line, fresh <= alive and late <= fresh.
 * - An entry is never given back: there are as many as the program has lines that make something.
 * - What finds no room is counted in the entry of its kind's number: its line is not known.
 */
#pragma once

#include "task/inspect.h"

enum { MADE_BITS = 10, MADE_LINES = 1 << MADE_BITS };

struct made_line {
    uintptr_t key; /* return address and kind; 0: free */
    uint64_t alive, fresh, late;
};

extern struct made_count {
    uint16_t epoch, fresh_since, late_since;
    uint16_t used; /* entries */
    struct made_line lines[MADE_LINES];
    uint16_t uses[MADE_LINES]; /* which these are */
} task_made;

static inline uintptr_t made_key(enum made_kind kind, const void *at)
{
    return (uintptr_t)at << 2 | kind;
}

static inline uint32_t made_hash(uintptr_t key)
{
    return (uint32_t)((uint64_t)key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - MADE_BITS));
}

/* Where the line has its entry, which may be new. */
uint32_t task_made_find(uintptr_t key);

/* Counts an object made at this return address. Its owner keeps the word for made_drop(). */
static inline uint32_t made_add(enum made_kind kind, const void *at)
{
    uintptr_t key = made_key(kind, at);
    uint32_t i = made_hash(key);
    if (__builtin_expect(task_made.lines[i].key != key, 0))
        i = task_made_find(key);
    struct made_line *line = &task_made.lines[i];
    line->alive++;
    line->fresh++;
    line->late += task_made.epoch >= task_made.late_since;
    return (uint32_t)task_made.epoch << 16 | i;
}

static inline void made_drop(uint32_t made)
{
    struct made_line *line = &task_made.lines[made & (MADE_LINES - 1)];
    uint16_t epoch = (uint16_t)(made >> 16);
    line->alive--;
    line->fresh -= epoch >= task_made.fresh_since;
    line->late -= epoch >= task_made.late_since;
}

/* The return address; NULL where it was not kept. */
static inline const void *made_where(uint32_t made)
{
    return (const void *)(task_made.lines[made & (MADE_LINES - 1)].key >> 2);
}
