/* Stacks: from slabs of 64, reused, given back. Private to task/.
 *
 * Invariants:
 * - A slab is in the list of slabs with room exactly while one of its stacks is free. Its record lies
 *   at the top of its first stack, in the page that this stack begins with: no heap is needed, and
 *   nothing is left of a slab that has ended.
 * - A stack is in use, or free with touched pages (`dirty`), or free and given back (`clean`). Where
 *   many tasks live, the next clean ones are touched ahead.
 * - A stack is in use while a task lives on it: tasks are found by the slabs.
 * - Below each stack lies its guard, from the slab's birth to its end. The first slabs' are so large
 *   that also a frame without stack probes ends in them. More of them would cost too much: 8 bytes of
 *   page tables a page of distance, which at 1 MiB is half as much again as a parked task's page.
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
    uint64_t dirty, clean; /* a bit a stack */
    uint64_t proven;       /* the same: nobody can wake who lives there, says a proof */
    char *base;
    size_t stride;                /* from one stack to the next: guard and stack */
    size_t guard;                 /* at the low end of each */
    size_t stack_size;            /* that was asked for */
    struct slab *next, *previous; /* in the list of slabs with room */
    struct slab *older, *newer;   /* in the list of all */
};

struct stack_pool {
    struct slab *roomy, *roomy_last; /* slabs with room, the last used first */
    struct slab *oldest, *newest;
    struct slab *trim_next;               /* of those with room, while a trim goes on */
    void (*forget)(const struct slab *s); /* called as a slab ends; or NULL */
    struct slab *sweep_next;              /* of all, while it is looked who may hibernate */
    size_t trim_keep;                     /* the stacks that the trim leaves cached */
    size_t page_size;                     /* 0: not asked yet */
    size_t stack_size;   /* of stacks made from now on, one page of guard included */
    size_t cached, idle; /* stacks, over all slabs */
    unsigned wide_slabs; /* those with the large guards */
};

extern struct stack_pool task_stacks;

struct stack {
    struct slab *slab;
    int place;  /* in its slab */
    char *low;  /* lowest usable byte; the guard lies below */
    char *high; /* one past the highest */
};

/* A slab of the wanted size with a clean or dirty stack, first in the list. NULL where there is no
 * memory: task_stack_error() says which limit. */
struct slab *task_stack_slab_with_room(void);
void task_stack_slab_is_full(struct slab *s);
void task_stack_slab_has_room(struct slab *s);

/* Begins to give cached stacks back to the system, but for as many as the time since the last trim
 * has needed. True where there is something to give. Never called from a task. */
bool task_stack_trim(void);

/* Goes on with it for about half a millisecond. False once it is done. */
bool task_stack_trim_more(void);

/* Whether enough is cached for a trim to be worth while. */
bool task_stack_trim_is_due(void);

const char *task_stack_error(void);

/* Where the stack at this place begins, in bytes below its top. Were it the same place of a page for
 * all, they would share few lines of the cache, and the processor would take loads from one stack for
 * ones of what was just stored to another: 2 of 15 ns of a switch. At most a quarter of the page. The
 * first leaves room for the slab's record. */
static inline size_t stack_stagger(int place)
{
    return (size_t)((place + 2) % 16) * 64;
}

/* Touches the top pages of the next clean stacks of s by one system call, at most 16 and a thousandth of
 * what lives: that takes three quarters of the time of as many page faults. They are dirty then; where the
 * kernel can not, they stay clean. */
void task_stack_touch_ahead(struct slab *s);

/* One call for many ranges of this process, of n bytes together. False where not all of it was done. */
struct iovec;
bool task_stack_advise_all(const struct iovec *ranges, int count, size_t n, int advice);

/* The stack at this place of s, in use or not. */
static inline struct stack stack_at(struct slab *s, int place)
{
    char *start = s->base + (size_t)place * s->stride;
    return (struct stack){s, place, start + s->guard, start + s->stride - stack_stagger(place)};
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

/* Gives s back, while the caller may still run on it: only a trim unmaps. */
static inline void stack_put(struct slab *s, int place)
{
    struct stack stack = stack_at(s, place);
    announce_no_stack(stack.low, stack.high);
    if (!(s->dirty | s->clean))
        task_stack_slab_has_room(s);
    s->dirty |= UINT64_C(1) << place;
    s->proven &= ~(UINT64_C(1) << place);
    task_stacks.cached++;
}
