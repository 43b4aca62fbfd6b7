#include "proof/heap_map.h"
#include "proof/pages.h"

struct region *heap_map[REGIONS];
struct region *heap_newest;
bool heap_map_has_gaps;

struct region *heap_map_add_region(uintptr_t at)
{
    struct region *none = 0, **place = &heap_map[at >> REGION_BITS];
    struct region *made = pages_get(sizeof *made);
    if (!made) {
        heap_map_has_gaps = true;
        return 0;
    }
    made->base = at >> REGION_BITS << REGION_BITS;
    if (!__atomic_compare_exchange_n(place, &none, made, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        pages_put(made, sizeof *made); /* another thread was first */
        return none;
    }
    made->older = __atomic_load_n(&heap_newest, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&heap_newest, &made->older, made, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED))
        ;
    return made;
}
