/* Which lines have made the timers, channels and contexts that are alive: counts by line.
 * Private to task/; from outside, made_each() in inspect.h.
 *
 * Invariants:
 * - An object remembers its line and its class in one word: in which epoch it was made, and whether an old
 *   task made it, one of before that epoch, or the loop. It is counted in its class, and taken back there.
 * - There are classes for EPOCHS of them: what has survived as many counts as of the one that it shares a
 *   class with. A case has three.
 * - A line is never given back: there are as many as the program has lines that make something.
 * - The first lines, one a kind, count what finds no room of its own: where that was made is not known.
 */
#pragma once

#include "task/inspect.h"
#include "task/sched.h"

enum { MADE_BITS = 11, MADE_LINES = 512, MADE_EPOCHS = 8, MADE_CLASSES = 2 * MADE_EPOCHS };

struct made_line {
    uintptr_t key;                  /* return address and kind */
    uint32_t before;                /* alive when the epoch began */
    uint32_t classes[MADE_CLASSES]; /* alive; those of old tasks at odd places */
};

extern struct made_count {
    uint32_t class;    /* of what a new task makes now */
    uint32_t used;     /* lines */
    uint64_t last_old; /* id of a task */
    uint16_t place_of[1 << MADE_BITS];
    struct made_line lines[MADE_LINES];
} task_made;

static inline uintptr_t made_key(enum made_kind kind, const void *at)
{
    return (uintptr_t)at << 2 | kind;
}

static inline uint32_t made_hash(uintptr_t key)
{
    return (uint32_t)((uint64_t)key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - MADE_BITS));
}

/* The place of the line that has this key, which may be new. */
uint32_t task_made_find(uintptr_t key);

/* Counts an object made at this return address. Its owner keeps the word for made_drop(). */
static inline uint32_t made_add(enum made_kind kind, const void *at)
{
    uintptr_t key = made_key(kind, at);
    uint32_t place = task_made.place_of[made_hash(key)], class = task_made.class;
    const struct task *maker = task_sched.current;
    if (__builtin_expect(task_made.lines[place].key != key, 0))
        place = task_made_find(key);
    class += !maker || maker->id <= task_made.last_old;
    task_made.lines[place].classes[class]++;
    return class << 16 | place;
}

static inline void made_drop(uint32_t made)
{
    task_made.lines[made & UINT16_MAX].classes[made >> 16]--;
}

/* The return address; NULL where it was not kept. */
static inline const void *made_where(uint32_t made)
{
    return (const void *)(task_made.lines[made & UINT16_MAX].key >> 2);
}
