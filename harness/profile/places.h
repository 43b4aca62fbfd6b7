/* The objects that tasks wait on, each as one group waits on it. Private to peers.c.
 *
 * Invariants:
 * - Two places differ in object, group, case or direction. Those of one object are a chain.
 * - Any word can be asked for: most are turned away by a small table that stays in the cache.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLACE_NONE = UINT32_MAX };

struct place {
    const void *object;
    uint32_t group, tasks;
    uint32_t waited;    /* its entry among the group's */
    uint32_t next;      /* place of the same object, PLACE_NONE at the end */
    uint32_t last_task; /* that was seen to hold it */
    uint16_t select_case;
    uint8_t kind;
    bool sends, held;
};

struct places {
    struct place *all;
    uint32_t length, capacity;
    uint32_t *by_object; /* first place of an object plus one, 0 for free */
    uint32_t *by_key;    /* place of an object, group and case, alike */
    size_t slot_count;   /* of both, a power of two */
    uint8_t *seen;       /* four bits a slot */
    uintptr_t low, high; /* of the objects' addresses */
    size_t expected;
};

/* The first room is for as many as are expected: memory that nobody touches is free. */
struct places places_for(size_t expected);
void places_free(struct places *p);

/* One task more at the place like wanted. False where memory is short. */
bool places_add(struct places *p, const struct place *wanted);

/* The first place of an object plus one, or 0. */
uint32_t *places_chain(const struct places *p, const void *object);

static inline size_t places_mix(uint64_t value)
{
    return value * UINT64_C(0x9E3779B97F4A7C15) >> 32;
}

/* A byte and a bit in it. */
static inline uint8_t *places_seen(const struct places *p, const void *object, uint8_t *bit)
{
    size_t at = places_mix((uintptr_t)object >> 3);
    *bit = (uint8_t)(1 << (at & 7));
    return &p->seen[(at >> 3) & (p->slot_count / 2 - 1)];
}

/* False for nearly every word that is no object. */
static inline bool places_may_hold(const struct places *p, const void *word)
{
    uint8_t bit;
    return (uintptr_t)word >= p->low && (uintptr_t)word <= p->high &&
           *places_seen(p, word, &bit) & bit;
}
