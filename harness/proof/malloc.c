/* The allocator's entries, each with a note of where the block begins: the program's own calls, its libraries'
 * and those of the C library come by here, and go on to whichever allocator is next: jemalloc's functions,
 * found once by name. (jemalloc's mallocx() is the slower one of the two.)
 *
 * jemalloc puts two blocks of up to 8 bytes into one granule, so none that small is asked for.
 */
#include "proof/malloc.h"
#include "proof/heap_map.h"
#include "task/announce.h"

#if !defined(SWITCH_ANNOUNCED) /* the sanitizers have a heap of their own */

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What takes memory before the next allocator is found, if the search itself does, is served from here. */
static _Alignas(16) char early[4096];
static size_t early_used;

static void *early_malloc(size_t size)
{
    size_t start = early_used;
    early_used += (size + 15) & ~(size_t)15;
    return early_used <= sizeof early ? early + start : 0;
}

static void *early_calloc(size_t n, size_t size)
{
    return early_malloc(n * size);
}

static void early_free(void *block)
{
    (void)block;
}

static void *find_malloc(size_t size);
static void *find_calloc(size_t n, size_t size);
static void *find_realloc(void *block, size_t size);
static void find_free(void *block);

static struct {
    void *(*malloc)(size_t size);
    void *(*calloc)(size_t n, size_t size);
    void *(*realloc)(void *block, size_t size);
    void (*free)(void *block);
} next = {find_malloc, find_calloc, find_realloc, find_free};

/* A function of the next allocator. There is none: nothing can go on. */
static void *find(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) {
        static const char words[] = "leaklab: no allocator behind the proof's: ";
        (void)!write(STDERR_FILENO, words, sizeof words - 1);
        (void)!write(STDERR_FILENO, name, strlen(name));
        (void)!write(STDERR_FILENO, "\n", 1);
        _exit(1);
    }
    return found;
}

static void find_next(void)
{
    next.malloc = early_malloc;
    next.calloc = early_calloc;
    next.free = early_free;
    void *(*found_malloc)(size_t) = find("malloc");
    void *(*found_calloc)(size_t, size_t) = find("calloc");
    void *(*found_realloc)(void *, size_t) = find("realloc");
    void (*found_free)(void *) = find("free");
    next.malloc = found_malloc;
    next.calloc = found_calloc;
    next.realloc = found_realloc;
    next.free = found_free;
}

static void *find_malloc(size_t size)
{
    find_next();
    return next.malloc(size);
}

static void *find_calloc(size_t n, size_t size)
{
    find_next();
    return next.calloc(n, size);
}

static void *find_realloc(void *block, size_t size)
{
    find_next();
    return next.realloc(block, size);
}

static void find_free(void *block)
{
    find_next();
    next.free(block);
}

static inline bool is_early(const void *block)
{
    return (const char *)block >= early && (const char *)block < early + sizeof early;
}

static inline size_t at_least_a_granule(size_t size)
{
    return size <= 8 ? 16 : size;
}

static inline void *noted(void *block, size_t size)
{
    if (__builtin_expect(block != 0, 1))
        heap_map_note(block, size);
    return block;
}

void *malloc(size_t size)
{
    size = at_least_a_granule(size);
    return noted(next.malloc(size), size);
}

void *calloc(size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return 0;
    }
    bytes = at_least_a_granule(bytes);
    return noted(next.calloc(1, bytes), bytes);
}

void free(void *block)
{
    if (!block || __builtin_expect(is_early(block), 0))
        return;
    heap_map_forget(block);
    next.free(block);
}

static int moving; /* threads that are about to move a block, where there are several */

void *realloc(void *block, size_t size)
{
    if (!block)
        return malloc(size);
    if (__builtin_expect(is_early(block), 0)) {
        size_t most = (size_t)(early + sizeof early - (char *)block);
        void *moved = malloc(size);
        return moved ? memcpy(moved, block, size < most ? size : most) : 0;
    }
    if (size)
        size = at_least_a_granule(size);
    bool is_alone = __libc_single_threaded;
    if (!is_alone)
        __atomic_add_fetch(&moving, 1, __ATOMIC_ACQ_REL);
    heap_map_forget(block);
    void *moved = next.realloc(block, size);
    if (moved)
        heap_map_note(moved, size);
    else if (size)
        heap_map_note(block, malloc_usable_size(block));
    if (!is_alone)
        __atomic_sub_fetch(&moving, 1, __ATOMIC_ACQ_REL);
    return moved;
}

/* --- What is called less ------------------------------------------------------------------------ */

#define NEXT(name)                                                                                 \
    static __typeof__(name) *next_##name;                                                          \
    if (!next_##name)                                                                              \
        next_##name = (__typeof__(name) *)find(#name);

void *aligned_alloc(size_t alignment, size_t size)
{
    NEXT(aligned_alloc)
    size = at_least_a_granule(size);
    return noted(next_aligned_alloc(alignment, size), size);
}

void *memalign(size_t alignment, size_t size)
{
    NEXT(memalign)
    size = at_least_a_granule(size);
    return noted(next_memalign(alignment, size), size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    NEXT(posix_memalign)
    size = at_least_a_granule(size);
    int failed = next_posix_memalign(block, alignment, size);
    if (!failed)
        noted(*block, size);
    return failed;
}

void *valloc(size_t size)
{
    return memalign((size_t)sysconf(_SC_PAGESIZE), size);
}

void *pvalloc(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return memalign(page, (size + page - 1) & ~(page - 1));
}

/* --- new and delete, which jemalloc has too ------------------------------------------------------- */

#define NEW(symbol, PARAMETERS, ARGUMENTS)                                                         \
    void *symbol PARAMETERS;                                                                       \
    void *symbol PARAMETERS                                                                        \
    {                                                                                              \
        NEXT(symbol)                                                                               \
        size = at_least_a_granule(size);                                                           \
        return noted(next_##symbol ARGUMENTS, size);                                               \
    }

#define DELETE(symbol, PARAMETERS)                                                                 \
    void symbol PARAMETERS;                                                                        \
    void symbol PARAMETERS                                                                         \
    {                                                                                              \
        free(block);                                                                               \
    }

#define NEW_AND_ARRAY(suffix, PARAMETERS, ARGUMENTS)                                               \
    NEW(_Znw##suffix, PARAMETERS, ARGUMENTS)                                                       \
    NEW(_Zna##suffix, PARAMETERS, ARGUMENTS)
#define DELETE_AND_ARRAY(suffix, PARAMETERS)                                                       \
    DELETE(_Zdl##suffix, PARAMETERS)                                                               \
    DELETE(_Zda##suffix, PARAMETERS)

NEW_AND_ARRAY(m, (size_t size), (size))
NEW_AND_ARRAY(mRKSt9nothrow_t, (size_t size, const void *nothrow), (size, nothrow))
NEW_AND_ARRAY(mSt11align_val_t, (size_t size, size_t alignment), (size, alignment))
NEW_AND_ARRAY(mSt11align_val_tRKSt9nothrow_t, (size_t size, size_t alignment, const void *nothrow),
              (size, alignment, nothrow))
DELETE_AND_ARRAY(Pv, (void *block))
DELETE_AND_ARRAY(Pvm, (void *block, size_t size __attribute__((unused))))
DELETE_AND_ARRAY(PvRKSt9nothrow_t, (void *block, const void *nothrow __attribute__((unused))))
DELETE_AND_ARRAY(PvSt11align_val_t, (void *block, size_t alignment __attribute__((unused))))
DELETE_AND_ARRAY(PvmSt11align_val_t, (void *block, size_t size __attribute__((unused)),
                                      size_t alignment __attribute__((unused))))
DELETE_AND_ARRAY(PvSt11align_val_tRKSt9nothrow_t,
                 (void *block, size_t alignment __attribute__((unused)),
                  const void *nothrow __attribute__((unused))))

bool malloc_is_moving(void)
{
    return __atomic_load_n(&moving, __ATOMIC_ACQUIRE);
}

bool malloc_is_seen(void)
{
    void *volatile block = malloc(1);
    uintptr_t at = (uintptr_t)block;
    const struct region *r = region_of(at);
    bool seen = r && r->starts[region_word(at)] & region_bit(at);
    free(block);
    return seen;
}

#else

bool malloc_is_moving(void)
{
    return false;
}

bool malloc_is_seen(void)
{
    return false;
}

#endif
