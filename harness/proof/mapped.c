#include "proof/mapped.h"
#include "proof/mapped_notes.h"
#include "task/announce.h"
#include "task/counted.h"

NOT_SCANNED struct mapped_notes mapped_notes;

bool mapped_is_busy(void)
{
    return __atomic_load_n(&mapped_notes.is_busy, __ATOMIC_ACQUIRE);
}

#if !defined(SWITCH_ANNOUNCED) /* the sanitizers have these functions themselves */

#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void lock(void)
{
    while (__atomic_test_and_set(&mapped_notes.is_busy, __ATOMIC_ACQUIRE))
        continue;
}

static void unlock(void)
{
    __atomic_clear(&mapped_notes.is_busy, __ATOMIC_RELEASE);
}

__attribute__((constructor)) static void note_break(void)
{
    mapped_notes.first_break = (uintptr_t)syscall(SYS_brk, 0);
}

static bool is_allocators(uintptr_t caller)
{
    const struct range *code = &mapped_notes.allocator;
    return caller >= code->low && caller < code->high;
}

/* Neighbours of one caller are one. */
static void add(struct range r, uintptr_t caller)
{
    if (r.low >= r.high || is_allocators(caller))
        return;
    for (size_t i = 0; i < mapped_notes.length; i++) {
        struct mapped_note *n = &mapped_notes.all[i];
        if (n->caller != caller || (n->range.high != r.low && n->range.low != r.high))
            continue;
        n->range.low = n->range.low == r.high ? r.low : n->range.low;
        n->range.high = n->range.high == r.low ? r.high : n->range.high;
        return;
    }
    if (mapped_notes.length == MAPPED_NOTES)
        mapped_notes.is_full = true;
    else
        mapped_notes.all[mapped_notes.length++] = (struct mapped_note){r, caller};
}

/* What is mapped or unmapped there is no longer what it was. */
static void forget(struct range r)
{
    for (size_t i = mapped_notes.length; i-- > 0;) {
        struct mapped_note n = mapped_notes.all[i];
        if (n.range.high <= r.low || n.range.low >= r.high)
            continue;
        mapped_notes.all[i] = mapped_notes.all[--mapped_notes.length];
        if (n.range.low < r.low)
            add((struct range){n.range.low, r.low}, n.caller);
        if (n.range.high > r.high)
            add((struct range){r.high, n.range.high}, n.caller);
    }
}

static struct range range_of(const void *at, size_t size)
{
    return (struct range){(uintptr_t)at, ((uintptr_t)at + size + 4095) & ~(uintptr_t)4095};
}

#define CALLER (uintptr_t) __builtin_return_address(0)

static void *map(void *at, size_t size, int protection, int flags, int file, off_t offset,
                 uintptr_t caller)
{
    void *memory = (void *)syscall(SYS_mmap, at, size, protection, flags, file, offset);
    if (memory == MAP_FAILED)
        return memory;
    lock();
    forget(range_of(memory, size));
    if (flags & (MAP_PRIVATE | MAP_ANONYMOUS))
        add(range_of(memory, size), caller);
    unlock();
    return memory;
}

void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    return map(at, size, protection, flags, file, offset, CALLER);
}

void *mmap64(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    return map(at, size, protection, flags, file, offset, CALLER);
}

void *mremap(void *at, size_t before, size_t size, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    void *wanted = flags & MREMAP_FIXED ? va_arg(arguments, void *) : 0;
    va_end(arguments);
    void *memory = (void *)syscall(SYS_mremap, at, before, size, flags, wanted);
    if (memory == MAP_FAILED)
        return memory;
    lock();
    if (!(flags & MREMAP_DONTUNMAP))
        forget(range_of(at, before));
    forget(range_of(memory, size));
    add(range_of(memory, size), CALLER);
    unlock();
    return memory;
}

int munmap(void *at, size_t size)
{
    lock();
    forget(range_of(at, size));
    unlock();
    return (int)syscall(SYS_munmap, at, size);
}

void mapped_allocator_is(struct range code)
{
    lock();
    mapped_notes.allocator = code;
    for (size_t i = mapped_notes.length; i-- > 0;)
        if (is_allocators(mapped_notes.all[i].caller))
            mapped_notes.all[i] = mapped_notes.all[--mapped_notes.length];
    unlock();
}

#else

void mapped_allocator_is(struct range code)
{
    (void)code;
}

#endif
