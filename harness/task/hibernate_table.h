/* Who hibernates: found by any address of the stack. Private to task/.
 *
 * Invariants:
 * - A task hibernates exactly while its bit is set in `all`: then there is a copy of it, and its page is
 *   hidden, but for those that are looked at: what they have in their page is what the copy says.
 * - Nothing is freed in a fault, which may come from anywhere: copies that are spent wait for hibernated_tidy().
 * - Other threads may fault, too. So whoever changes this holds the lock, and touches no hidden page then.
 */
#pragma once

#include "task/hibernate_copy.h"
#include "task/sched.h"
#include <sys/uio.h>

/* One slab's. */
struct hibernated {
    struct slab *slab;
    uint64_t all, looked_at;
    struct copy *copies[SLAB_STACKS];
};

struct hibernated_entry {
    uintptr_t base, end; /* of the slab */
    struct hibernated *of;
};

/* Read from outside, too: task/layout.h. */
extern struct hibernated_table {
    struct hibernated_entry *all; /* by address */
    size_t length, room;
    uint64_t changes; /* how often one came or went */
} task_hibernated;

struct sleeper {
    struct hibernated *of;
    int place;
};

void hibernated_lock(void);
void hibernated_unlock(void);

/* That of a slab, made where there is none. NULL where memory is short. */
struct hibernated *hibernated_add(struct slab *s);

/* The slab's; NULL: none of it has hibernated lately. */
struct hibernated *hibernated_of(const struct slab *s);

/* The same for any address in it. */
struct hibernated *hibernated_at(const void *address);

/* Whose stack holds the address, if it hibernates and is not looked at. */
bool hibernated_find(const void *address, struct sleeper *found);

/* The next that hibernates and is not looked at, by address: upwards or downwards. */
bool hibernated_beside(const struct sleeper *from, bool upwards, struct sleeper *found);

/* Frees what is not needed any more. Not while somebody looks. */
void hibernated_tidy(void);

/* It does not hibernate any more. Its page is there. */
void hibernated_end(const struct sleeper *s);

static inline uint64_t sleeper_bit(const struct sleeper *s)
{
    return UINT64_C(1) << s->place;
}

static inline const struct copy *sleeper_copy(const struct sleeper *s)
{
    return s->of->copies[s->place];
}

static inline struct task *sleeper_record(const struct sleeper *s)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): whoever is found has its slab */
    struct stack stack = stack_at(s->of->slab, s->place);
    return sched_task_on(&stack);
}

/* Of the heap, for its copy. */
size_t sleeper_bytes(const struct sleeper *s);

/* What is kept for all this is the runtime's own, and no leak of anyone's. NULL is allowed. */
void hibernated_own(void *memory);
void hibernated_free(void *memory);

/* Where its part in use begins, when its record is here. */
static inline uint64_t *sleeper_low(const struct sleeper *s, const struct task *record)
{
    return (uint64_t *)(record + 1) - sleeper_copy(s)->words;
}

/* Its pages from there on. */
static inline struct iovec hibernated_pages(const struct slab *s, int place, const void *low)
{
    uintptr_t first = (uintptr_t)low & ~(task_stacks.page_size - 1);
    uintptr_t end = (uintptr_t)s->base + (uintptr_t)(place + 1) * s->stride;
    return (struct iovec){(void *)first, end - first};
}
