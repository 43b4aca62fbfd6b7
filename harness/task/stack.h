/* Stacks: from slabs of 64, reused, given back. Private to task/.
 *
 * Invariants:
 * - A slab is in the list of slabs with room exactly while one of its stacks is free.
 * - A stack is in use, or free with touched pages (`dirty`), or free and given back (`clean`). Where
 *   many tasks live, the next clean ones are touched ahead.
 * - A stack is in use while a task lives on it: tasks are found by the slabs.
 * - The lowest page of each stack is a guard from the slab's birth to its end.
 * - `cached` counts the dirty stacks, `idle` the least that it was since the last trim: what was
 *   never needed in all that time. A trim gives back as many. So bursts find their stacks warm while
 *   they keep coming, and an idle program gives all back.
 */
#pragma once

#include "task/announce.h"
#include "task/stats.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLAB_STACKS = 64, TOUCH_AHEAD_FROM = 2048 /* live tasks */ };

struct slab {
    struct slab *next, *previous; /* in the list of slabs with room */
    struct slab *older, *newer;   /* in the list of all */
    char *base;
    size_t stack_size;
    uint64_t dirty, clean; /* a bit a stack */
};

struct stack_pool {
    struct slab *roomy; /* slabs with room, the last used first */
    struct slab *oldest, *newest;
    size_t stack_size; /* of stacks made from now on */
    size_t guard_size;
    size_t cached, idle; /* stacks, over all slabs */
};

extern struct stack_pool task_stacks;

struct stack {
    struct slab *slab;
    int place;  /* in its slab */
    char *low;  /* lowest usable byte; the guard page lies below */
    char *high; /* one past the highest */
};

/* A slab of the wanted size with a clean or dirty stack, first in the list. NULL where there is no
 * memory: task_stack_error() says which limit. */
struct slab *task_stack_slab_with_room(void);
void task_stack_slab_is_full(struct slab *s);
void task_stack_slab_has_room(struct slab *s);

/* Gives cached stacks back to the system, but for as many as the time since the last trim has
 * needed. Never called from a task. */
void task_stack_trim(void);

/* Whether enough is cached for a trim to be worth while. */
bool task_stack_trim_is_due(void);

const char *task_stack_error(void);

/* Where the stack at this place begins, in bytes below its top. Were it the same place of a page for
 * all, they would share few lines of the cache, and the processor would take loads from one stack for
 * ones of what was just stored to another: 2 of 15 ns of a switch. At most a quarter of the page. */
static inline size_t stack_stagger(int place)
{
    return (size_t)(place % 16) * 64;
}

/* Touches the top pages of the next clean stacks of s by one system call, at most 16 and a thousandth of
 * what lives: that takes three quarters of the time of as many page faults. They are dirty then; where the
 * kernel can not, they stay clean. */
void task_stack_touch_ahead(struct slab *s);

/* The stack at this place of s, in use or not. */
static inline struct stack stack_at(struct slab *s, int place)
{
    char *start = s->base + (size_t)place * s->stack_size;
    return (struct stack){s, place, start + task_stacks.guard_size,
                          start + s->stack_size - stack_stagger(place)};
}

/* Takes a stack, a touched one where there is one. False where there is no memory. */
static inline bool stack_get(struct stack *out)
{
    struct stack_pool *pool = &task_stacks;
    struct slab *s = pool->roomy;
    if (__builtin_expect(!s || s->stack_size != pool->stack_size, 0) &&
        !(s = task_stack_slab_with_room()))
        return false;
    if (!s->dirty && __builtin_expect(task_stats.live >= TOUCH_AHEAD_FROM, 0))
        task_stack_touch_ahead(s);
    int i;
    if (s->dirty) {
        i = __builtin_ctzll(s->dirty);
        s->dirty &= s->dirty - 1;
        if (--pool->cached < pool->idle)
            pool->idle = pool->cached;
    } else {
        i = __builtin_ctzll(s->clean);
        s->clean &= s->clean - 1;
        task_stats.stacks_used++;
    }
    if (!(s->dirty | s->clean))
        task_stack_slab_is_full(s);
    *out = stack_at(s, i);
    announce_stack(out->low, out->high);
    return true;
}

/* Calls visit for every stack in use, slab by slab, until it returns false. */
void task_stack_each(bool (*visit)(const struct stack *stack, void *arg), void *arg);

/* Gives s back, while the caller may still run on it: nothing is unmapped before task_stack_trim(). */
static inline void stack_put(struct slab *s, int place)
{
    struct stack stack = stack_at(s, place);
    announce_no_stack(stack.low, stack.high);
    if (!(s->dirty | s->clean))
        task_stack_slab_has_room(s);
    s->dirty |= UINT64_C(1) << place;
    task_stacks.cached++;
}
