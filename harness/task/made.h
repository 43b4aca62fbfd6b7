/* Which lines have made the timers, channels and contexts that are alive: counts by line.
 * Private to task/; from outside, made_each() in inspect.h.
 *
 * Invariants:
 * - An object remembers its line, its epoch and whether an old task made it in one word; what is counted for it is
 *   taken back when it goes, whatever has begun meanwhile.
 * - Of each line, by_old <= fresh <= alive. Old are the tasks of before the epoch, and the loop.
 * - An entry is never given back: there are as many as the program has lines that make something.
 * - What finds no room is counted in the entry of its kind's number: its line is not known.
 */
#pragma once

#include "task/inspect.h"
#include "task/sched.h"

enum { MADE_BITS = 10, MADE_LINES = 1 << MADE_BITS };

struct made_line {
    uintptr_t key; /* return address and kind; 0: free */
    uint64_t alive, fresh, by_old;
    uint64_t before; /* alive when the epoch began */
};

extern struct made_count {
    uint16_t epoch;    /* fresh is what was made in this one; of 15 bits */
    uint64_t last_old; /* id of a task */
    uint16_t used;     /* entries */
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
    const struct task *maker = task_sched.current;
    if (__builtin_expect(task_made.lines[i].key != key, 0))
        i = task_made_find(key);
    struct made_line *line = &task_made.lines[i];
    uint32_t old = !maker || maker->id <= task_made.last_old;
    line->alive++;
    line->fresh++;
    line->by_old += old;
    return (uint32_t)task_made.epoch << 17 | old << 16 | i;
}

static inline void made_drop(uint32_t made)
{
    struct made_line *line = &task_made.lines[made & (MADE_LINES - 1)];
    bool fresh = made >> 17 == task_made.epoch;
    line->alive--;
    line->fresh -= fresh;
    line->by_old -= fresh & (made >> 16);
}

/* The return address; NULL where it was not kept. */
static inline const void *made_where(uint32_t made)
{
    return (const void *)(task_made.lines[made & (MADE_LINES - 1)].key >> 2);
}
