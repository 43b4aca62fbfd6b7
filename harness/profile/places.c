#include "profile/places.h"
#include <stdlib.h>
#include <string.h>

struct places places_for(size_t expected)
{
    return (struct places){.low = UINTPTR_MAX, .expected = expected};
}

void places_free(struct places *p)
{
    free(p->all);
    free(p->by_object);
    free(p->by_key);
    free(p->seen);
}

/* Pages are scattered, objects of one page stay together: who walks tasks in the order in which
 * they were made mostly walks the heap in its order too. */
static size_t spread(const void *object)
{
    size_t page = places_mix((uintptr_t)object >> 12);
    return page << 6 ^ ((uintptr_t)object >> 6 & 63) ^ page >> 20;
}

uint32_t *places_chain(const struct places *p, const void *object)
{
    size_t mask = p->slot_count - 1, at = spread(object) & mask;
    while (p->by_object[at] && p->all[p->by_object[at] - 1].object != object)
        at = (at + 1) & mask;
    return &p->by_object[at];
}

static bool is_like(const struct place *a, const struct place *b)
{
    return a->object == b->object && a->group == b->group && a->select_case == b->select_case &&
           a->sends == b->sends;
}

/* The slot of the place with the same key, or a free one. */
static uint32_t *place_like(const struct places *p, const struct place *wanted)
{
    uint64_t key =
        (uint64_t)wanted->group << 17 | (uint64_t)wanted->select_case << 1 | wanted->sends;
    size_t mask = p->slot_count - 1;
    for (size_t at = spread(wanted->object) ^ places_mix(key);; at++) {
        uint32_t *slot = &p->by_key[at & mask];
        if (!*slot || is_like(&p->all[*slot - 1], wanted))
            return slot;
    }
}

/* Enters place i into all tables: as the newest of its chain. */
static void enter(struct places *p, uint32_t i)
{
    struct place *place = &p->all[i];
    uint8_t bit, *byte = places_seen(p, place->object, &bit);
    *byte |= bit;
    uint32_t *chain = places_chain(p, place->object);
    place->next = *chain ? *chain - 1 : PLACE_NONE;
    *chain = i + 1;
    *place_like(p, place) = i + 1;
}

static bool make_room(struct places *p)
{
    if (p->length < p->capacity)
        return true;
    uint32_t capacity = p->capacity ? 2 * p->capacity : 64;
    while (capacity < p->expected)
        capacity *= 2;
    places_free(&(struct places){.by_object = p->by_object, .by_key = p->by_key, .seen = p->seen});
    p->slot_count = 2 * (size_t)capacity;
    p->by_object = calloc(p->slot_count, sizeof *p->by_object);
    p->by_key = calloc(p->slot_count, sizeof *p->by_key);
    p->seen = calloc(p->slot_count / 2, 1);
    void *all = realloc(p->all, capacity * sizeof *p->all);
    if (all)
        p->all = all;
    if (!all || !p->by_object || !p->by_key || !p->seen)
        return false;
    p->capacity = capacity;
    for (uint32_t i = 0; i < p->length; i++)
        enter(p, i);
    return true;
}

bool places_add(struct places *p, const struct place *wanted)
{
    uintptr_t object = (uintptr_t)wanted->object;
    if (!make_room(p))
        return false;
    uint32_t known = *place_like(p, wanted);
    if (known) {
        p->all[known - 1].tasks++;
        return true;
    }
    p->all[p->length] = *wanted;
    p->all[p->length].tasks = 1;
    enter(p, p->length++);
    p->low = object < p->low ? object : p->low;
    p->high = object > p->high ? object : p->high;
    return true;
}
