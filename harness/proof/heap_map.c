#include "proof/heap_map.h"
#include <sys/mman.h>

struct region *heap_map[REGIONS];
bool heap_map_has_gaps;

struct region *heap_map_add_region(uintptr_t at)
{
    struct region *none = 0, **place = &heap_map[at >> REGION_BITS];
    void *made = mmap(0, sizeof(struct region), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (made == MAP_FAILED) {
        heap_map_has_gaps = true;
        return 0;
    }
    if (__atomic_compare_exchange_n(place, &none, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return made;
    munmap(made, sizeof(struct region)); /* another thread was first */
    return none;
}
