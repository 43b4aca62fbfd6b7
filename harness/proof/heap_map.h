/* Where heap blocks begin: a bit for each 16 bytes of address space that a heap was seen in.
 *
 * - Kept by malloc.c, in programs that have the proof linked in; any number of threads may allocate.
 * - 64 MiB of addresses are a region. Its tables are reserved with its first block, and only the pages
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
    WORD_BITS = GRANULE_BITS + 6, /* of addresses that a word of a bitmap is for */
    MAP_PAGE_BITS = 12,
    REGIONS = 1 << (ADDRESS_BITS - REGION_BITS),
    REGION_WORDS = 1 << (REGION_BITS - WORD_BITS),
    REGION_PAGES = 1 << (REGION_BITS - MAP_PAGE_BITS),
    LARGE_BLOCK =
        14336, /* larger ones are found by the page, others by a walk back over the starts */
};

/* Whole pages, of whichever size, so that each can be cleared by giving it back. */
#define CLEARED _Alignas(65536)

struct region {
    uint64_t starts[REGION_WORDS];           /* a bit a granule */
    uint64_t large_pages[REGION_PAGES / 64]; /* a large block has begun there; it may be gone */
    struct region *older;
    uintptr_t base;
    /* Of a proof, while it looks; all zero between two. */
    bool has_large;
    CLEARED uint64_t marks[REGION_WORDS];   /* blocks that were reached */
    CLEARED uint64_t watched[REGION_WORDS]; /* blocks in which something lies that tasks wait for */
    CLEARED uintptr_t
        large_starts[REGION_PAGES]; /* of the large block that has a page's first byte */
};

/* By address >> REGION_BITS; NULL: no heap was seen there. Never scanned for pointers. */
extern struct region *heap_map[REGIONS];
extern struct region *heap_newest;

/* Some block could not be noted: there was no memory for its region. Nothing can be proven then. */
extern bool heap_map_has_gaps;

struct region *heap_map_add_region(uintptr_t at);

static inline struct region *region_of(uintptr_t at)
{
    return at >> ADDRESS_BITS ? 0 : heap_map[at >> REGION_BITS];
}

static inline size_t region_word(uintptr_t at)
{
    return at >> WORD_BITS & (REGION_WORDS - 1);
}

static inline uint64_t region_bit(uintptr_t at)
{
    return UINT64_C(1) << (at >> GRANULE_BITS & 63);
}

static inline size_t region_page(uintptr_t at)
{
    return at >> MAP_PAGE_BITS & (REGION_PAGES - 1);
}

static inline void heap_map_note(const void *block, size_t size)
{
    uintptr_t at = (uintptr_t)block;
    struct region *r = heap_map[at >> REGION_BITS];
    if (__builtin_expect(!r, 0) && !(r = heap_map_add_region(at)))
        return;
    if (__builtin_expect(__libc_single_threaded, 1))
        r->starts[region_word(at)] |= region_bit(at);
    else
        __atomic_fetch_or(&r->starts[region_word(at)], region_bit(at), __ATOMIC_RELAXED);
    if (__builtin_expect(size > LARGE_BLOCK, 0))
        __atomic_fetch_or(&r->large_pages[region_page(at) / 64],
                          UINT64_C(1) << region_page(at) % 64, __ATOMIC_RELAXED);
}

static inline void heap_map_forget(const void *block)
{
    uintptr_t at = (uintptr_t)block;
    struct region *r = heap_map[at >> REGION_BITS];
    if (__builtin_expect(!r, 0))
        return;
    if (__builtin_expect(__libc_single_threaded, 1))
        r->starts[region_word(at)] &= ~region_bit(at);
    else
        __atomic_fetch_and(&r->starts[region_word(at)], ~region_bit(at), __ATOMIC_RELAXED);
}
