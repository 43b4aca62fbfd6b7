/* Where heap blocks begin: a bit for each 16 bytes of address space that a heap was seen in.
 *
 * - Kept by malloc.c, in programs that have the proof linked in; any number of threads may allocate.
 * - 64 MiB of addresses are a region; its bitmaps are reserved with its first block, and only the pages
 *   of them that are needed are ever touched: 1/128 of the heap, and as much again while a proof marks.
 * - A block's end is what malloc_usable_size() says of its start.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/single_threaded.h>

#if defined(__aarch64__)
enum { ADDRESS_BITS = 48 };
#else
enum { ADDRESS_BITS = 47 };
#endif

enum {
    REGION_BITS = 26,
    GRANULE_BITS = 4,
    REGIONS = 1 << (ADDRESS_BITS - REGION_BITS),
    REGION_WORDS = 1 << (REGION_BITS - GRANULE_BITS - 6),
    PAGE_BITS = 12,
    REGION_PAGES = 1 << (REGION_BITS - PAGE_BITS),
    LARGE = 14336, /* larger blocks have their pages to themselves, in jemalloc */
};

struct region {
    uint64_t starts[REGION_WORDS];          /* a bit a granule */
    uint64_t marks[REGION_WORDS];           /* the same, while a proof marks; between proofs all zero */
    uint64_t large_pages[REGION_PAGES / 64]; /* a large block has begun there; it may be gone */
};

/* By address >> REGION_BITS; NULL: no heap was seen there. Never scanned for pointers. */
extern struct region *heap_map[REGIONS];

/* Some block could not be noted: there was no memory for its region. Nothing can be proven then. */
extern bool heap_map_has_gaps;

struct region *heap_map_add_region(uintptr_t at);

static inline struct region *region_of(uintptr_t at)
{
    return at >> ADDRESS_BITS ? 0 : heap_map[at >> REGION_BITS];
}

static inline size_t word_of(uintptr_t at)
{
    return at >> (GRANULE_BITS + 6) & (REGION_WORDS - 1);
}

static inline uint64_t bit_of(uintptr_t at)
{
    return UINT64_C(1) << (at >> GRANULE_BITS & 63);
}

static inline void heap_map_note(const void *block, size_t size)
{
    uintptr_t at = (uintptr_t)block;
    struct region *r = heap_map[at >> REGION_BITS];
    if (__builtin_expect(!r, 0) && !(r = heap_map_add_region(at)))
        return;
    if (__builtin_expect(__libc_single_threaded, 1))
        r->starts[word_of(at)] |= bit_of(at);
    else
        __atomic_fetch_or(&r->starts[word_of(at)], bit_of(at), __ATOMIC_RELAXED);
    if (__builtin_expect(size > LARGE, 0)) {
        size_t page = at >> PAGE_BITS & (REGION_PAGES - 1);
        __atomic_fetch_or(&r->large_pages[page / 64], UINT64_C(1) << page % 64, __ATOMIC_RELAXED);
    }
}

static inline void heap_map_forget(const void *block)
{
    uintptr_t at = (uintptr_t)block;
    struct region *r = heap_map[at >> REGION_BITS];
    if (__builtin_expect(!r, 0))
        return;
    if (__builtin_expect(__libc_single_threaded, 1))
        r->starts[word_of(at)] &= ~bit_of(at);
    else
        __atomic_fetch_and(&r->starts[word_of(at)], ~bit_of(at), __ATOMIC_RELAXED);
}
