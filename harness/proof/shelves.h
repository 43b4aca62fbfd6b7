/* The tasks' stacks as one look of a proof sees them: found by any address in them, with a bit a stack for
 * each thing that is found out. */
#pragma once

#include "task/sched.h"
#include <stdbool.h>
#include <stdint.h>

/* A slab of stacks. Its own record is not looked at again: it lies in a page of its own. */
struct shelf {
    uintptr_t base, end;
    uint32_t stride, guard;
    struct slab *slab;
    uint64_t used;    /* a task lives there */
    uint64_t live;    /* it may go on some day */
    uint64_t by_time; /* of these, only when a time has come */
    uint64_t reached; /* its frames may be looked at or written to by who is live */
    uint64_t
        watched;     /* something lies there that tasks wait for, or it has a lock that they want */
    uint64_t rooted; /* it goes on by what no task does */
    uint64_t held_back; /* the live, while it is seen what the others reach */
    uint64_t unsure;    /* of the live: reached only from where nothing was seen */
    uint64_t
        proven; /* of the live: an earlier look has proven that it is not, and it has not gone on since */
};

extern struct shelves {
    struct shelf *all; /* by address */
    size_t length, room;
    uint64_t *causes; /* why each is live: SLAB_STACKS a shelf */
    uintptr_t low, span;
    uint32_t *first_in; /* of each MiB from low on: the first shelf that ends behind its start */
    size_t bytes;       /* of all these tables */
} shelves;

/* False where memory is short. */
bool shelves_open(void);
void shelves_free(struct shelves *tables);

/* Where an address lies in a stack that is in use: its shelf, and which of its places. NULL: in none. */
struct shelf *shelves_find_in(const struct shelves *tables, uintptr_t at, int *place);

static inline struct shelf *shelves_find(uintptr_t at, int *place)
{
    return shelves_find_in(&shelves, at, place);
}

static inline struct stack shelf_stack(const struct shelf *s, int place)
{
    char *start = (char *)s->base + (size_t)place * s->stride;
    return (struct stack){s->slab, place, start + s->guard,
                          start + s->stride - stack_stagger(place)};
}

static inline struct task *shelf_task(const struct shelf *s, int place)
{
    struct stack stack = shelf_stack(s, place);
    return sched_task_on(&stack);
}

static inline const char *shelf_stack_low(const struct shelf *s, int place)
{
    return shelf_stack(s, place).low;
}

/* Where the stack of a task that does not run begins; where its record is broken, all of it. */
static inline uintptr_t shelf_stack_of(const struct shelf *s, int place)
{
    uintptr_t low = (uintptr_t)shelf_stack_low(s, place), high = (uintptr_t)shelf_task(s, place);
    uintptr_t at = (uintptr_t)frame_low(&shelf_task(s, place)->frame) & ~(sizeof(uintptr_t) - 1);
    return at < low || at > high ? low : at;
}

/* Where the frames of a parked task begin, from the runtime's call upwards. */
static inline uintptr_t shelf_frames_of(const struct shelf *s, int place)
{
    uintptr_t low = (uintptr_t)shelf_stack_low(s, place), high = (uintptr_t)shelf_task(s, place);
    uintptr_t at = (uintptr_t)shelf_task(s, place)->parked_at;
    return at < low || at > high ? low : at;
}

static inline uint64_t *shelf_cause(const struct shelf *s, int place)
{
    return &shelves.causes[(size_t)(s - shelves.all) * SLAB_STACKS + (size_t)place];
}

/* The bit of the task whose record this is; NULL where there is none. */
struct shelf *shelves_of_task(const struct task *t, uint64_t *bit);
