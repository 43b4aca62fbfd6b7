/* Finding the start of a block.
 *
 * A small block's start is at most LARGE_BLOCK bytes before any of its addresses, so a walk back over the
 * bitmap finds it in some words. For a large one each page that it covers tells its start: these tables are
 * made when a look begins, from the pages in which large blocks have begun.
 */
#include "proof/blocks.h"
#include "proof/pages.h"
#include "task/counted.h"
#include <malloc.h>

NOT_SCANNED struct blocks_span blocks_span;

size_t blocks_size(uintptr_t start)
{
    return malloc_usable_size((void *)start);
}

/* --- Large blocks ------------------------------------------------------------------------------- */

/* Writes the start of a large block into all the pages that it covers but the one it begins in. */
static bool note_large(uintptr_t start)
{
    uintptr_t page = UINT64_C(1) << MAP_PAGE_BITS, end = start + blocks_size(start);
    for (uintptr_t at = (start + page) & ~(page - 1); at < end; at += page) {
        struct region *r = region_of(at);
        if (!r && !(r = heap_map_add_region(at)))
            return false;
        r->has_large = true;
        r->large_starts[region_page(at)] = start;
    }
    return true;
}

/* The large blocks that begin in this page. Where there is none any more, the page is forgotten. */
static bool note_large_in(struct region *r, size_t page)
{
    bool found = false;
    for (size_t i = page * 4; i < page * 4 + 4; i++)
        for (uint64_t bits = r->starts[i]; bits; bits &= bits - 1) {
            uintptr_t start =
                r->base + (i << WORD_BITS) + ((uintptr_t)__builtin_ctzll(bits) << GRANULE_BITS);
            if (blocks_size(start) <= LARGE_BLOCK)
                continue;
            found = true;
            if (!note_large(start))
                return false;
        }
    if (!found)
        __atomic_fetch_and(&r->large_pages[page / 64], ~(UINT64_C(1) << page % 64),
                           __ATOMIC_RELAXED);
    return true;
}

_Static_assert(MAP_PAGE_BITS - WORD_BITS == 2, "four words of a bitmap a page");

static bool note_all_large(struct region *r)
{
    for (size_t i = 0; i < REGION_PAGES / 64; i++)
        for (uint64_t bits = r->large_pages[i]; bits; bits &= bits - 1)
            if (!note_large_in(r, i * 64 + (size_t)__builtin_ctzll(bits)))
                return false;
    return true;
}

/* --- All ---------------------------------------------------------------------------------------- */

bool blocks_open(void)
{
    uintptr_t low = UINTPTR_MAX, high = 0;
    for (struct region *r = heap_newest; r; r = r->older)
        if (!note_all_large(r))
            return false;
    for (const struct region *r = heap_newest; r; r = r->older) {
        uintptr_t end = r->base + (UINT64_C(1) << REGION_BITS);
        low = r->base < low ? r->base : low;
        high = end > high ? end : high;
    }
    blocks_span = (struct blocks_span){low, high > low ? high - low : 0};
    return true;
}

void blocks_close(void)
{
    for (struct region *r = heap_newest; r; r = r->older) {
        pages_clear(r->marks, sizeof r->marks);
        pages_clear(r->watched, sizeof r->watched);
        if (r->has_large)
            pages_clear(r->large_starts, sizeof r->large_starts);
        r->has_large = false;
    }
}

static inline bool holds(uintptr_t start, uintptr_t at)
{
    return at - start < blocks_size(start);
}

/* The nearest start before an address, not further than a small block is long; 0: none. */
static uintptr_t nearest_start(uintptr_t at)
{
    enum { WORDS_BACK = LARGE_BLOCK / (1 << WORD_BITS) + 2 };
    uint64_t upto = region_bit(at) | (region_bit(at) - 1);
    for (int i = 0; i < WORDS_BACK; i++) {
        const struct region *r = region_of(at);
        uint64_t bits = r ? r->starts[region_word(at)] & upto : 0;
        if (bits)
            return (at >> WORD_BITS << WORD_BITS) +
                   ((uintptr_t)(63 - __builtin_clzll(bits)) << GRANULE_BITS);
        upto = UINT64_MAX;
        at -= UINT64_C(1) << WORD_BITS;
    }
    return 0;
}

uintptr_t blocks_start_before(uintptr_t at)
{
    const struct region *r = heap_map[at >> REGION_BITS];
    uintptr_t start = r->has_large ? r->large_starts[region_page(at)] : 0;
    if (start && holds(start, at))
        return start;
    start = nearest_start(at);
    return start && holds(start, at) ? start : 0;
}

void blocks_each(bool marked, void (*visit)(uintptr_t start, void *arg), void *arg)
{
    uint64_t flip = marked ? 0 : UINT64_MAX;
    for (const struct region *r = heap_newest; r; r = r->older)
        for (size_t i = 0; i < REGION_WORDS; i++)
            for (uint64_t bits = r->starts[i] & (r->marks[i] ^ flip); bits; bits &= bits - 1)
                visit(r->base + (i << WORD_BITS) +
                          ((uintptr_t)__builtin_ctzll(bits) << GRANULE_BITS),
                      arg);
}

size_t blocks_bytes(void)
{
    size_t bytes = 0;
    for (const struct region *r = heap_newest; r; r = r->older)
        for (size_t i = 0; i < REGION_WORDS; i += 4096 / sizeof *r->marks)
            bytes += r->marks[i] ? 4096 : 0;
    return bytes;
}
