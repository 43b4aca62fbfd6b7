/* Stacks come from slabs of 64, each slab one mapping with two bitmaps of its free stacks.
 *
 * Invariants:
 * - A slab is in the list of slabs with room exactly while one of its stacks is free.
 * - A stack is in use, or free with touched pages (`dirty`), or free and given back (`clean`).
 * - The lowest page of each stack is a guard from the slab's birth to its end.
 * - `cached` counts the dirty stacks; `peak` is the most that were in use since the last trim. A trim
 *   keeps what it takes to reach that peak again, so bursts find their stacks warm while they keep
 *   coming, and an idle program gives all back.
 *
 * Guards: MADV_GUARD_INSTALL marks page-table entries, so it costs no mapping and a slab is guarded
 * by one call. Where the kernel has none, mprotect() splits mappings, two a stack, and
 * vm.max_map_count bounds the number of tasks.
 */
#include "task/stack.h"
#include "task/announce.h"
#include "task/sched.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SLAB_STACKS = 64, LEAST_CACHE = 16 };

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA           0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

struct slab {
    struct slab *next, *previous; /* in the list of slabs with room */
    char *base;
    size_t stack_size;
    uint64_t dirty, clean;
};

static size_t stack_size = 64 * 1024;
static struct slab *roomy;  /* slabs with room, the last used first */
static size_t cached, peak; /* stacks, over all slabs */
static char error[256];

size_t stack_guard_size(void)
{
    static size_t page;
    if (!page)
        page = (size_t)sysconf(_SC_PAGESIZE);
    return page;
}

size_t task_stack_size(void)
{
    return stack_size;
}

static void list_add(struct slab *s)
{
    s->previous = 0;
    s->next = roomy;
    if (roomy)
        roomy->previous = s;
    roomy = s;
}

static void list_remove(struct slab *s)
{
    if (s->previous)
        s->previous->next = s->next;
    else
        roomy = s->next;
    if (s->next)
        s->next->previous = s->previous;
}

/* --- Errors: which limit was met
 * ------------------------------------------------------------------ */

static size_t first_number_in(const char *path)
{
    size_t value = 0;
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    if (fscanf(f, "%zu", &value) != 1)
        value = 0;
    fclose(f);
    return value;
}

static size_t count_mappings(void)
{
    size_t lines = 0;
    FILE *f = fopen("/proc/self/maps", "re");
    if (!f)
        return 0;
    for (int c; (c = getc(f)) != EOF;)
        lines += c == '\n';
    fclose(f);
    return lines;
}

static void explain(const char *what, size_t bytes, int why)
{
    struct rlimit limit;
    size_t most = first_number_in("/proc/sys/vm/max_map_count"), mappings = count_mappings();
    size_t pages = first_number_in("/proc/self/statm");
    int n = snprintf(error, sizeof error, "no stack for a task: %s of %zu KiB failed: ", what,
                     bytes / 1024);
    char *rest = error + n;
    size_t room = sizeof error - (size_t)n;
    if (why == ENOMEM && most && mappings + 2 >= most)
        snprintf(rest, room, "%zu mappings of at most vm.max_map_count=%zu: raise it by sysctl",
                 mappings, most);
    else if (why == ENOMEM && !getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur != RLIM_INFINITY &&
             pages * stack_guard_size() + bytes > limit.rlim_cur)
        snprintf(rest, room, "the address space limit is %llu KiB: see `ulimit -v`",
                 (unsigned long long)limit.rlim_cur / 1024);
    else
        snprintf(rest, room, "%s: see the memory limit and vm.overcommit_memory", strerror(why));
}

const char *stack_error(void)
{
    return error;
}

int task_set_stack_size(size_t bytes)
{
    size_t page = stack_guard_size();
    if (bytes < 4 * page || bytes > (size_t)1 << 30) {
        snprintf(error, sizeof error, "stack size of %zu bytes: it must be from %zu bytes to 1 GiB",
                 bytes, 4 * page);
        return -1;
    }
    stack_size = (bytes + page - 1) & ~(page - 1);
    return 0;
}

/* --- Slabs
 * ------------------------------------------------------------------------------------------ */

static bool guard_by_mprotect(const struct slab *s)
{
    for (int i = 0; i < SLAB_STACKS; i++)
        if (mprotect(s->base + i * s->stack_size, stack_guard_size(), PROT_NONE))
            return false;
    return true;
}

/* Marks all guards of a slab by one call; where only the single form is known, by one each. */
static bool guard_by_marker(const struct slab *s)
{
    static int self = -2;
    if (self == -2)
        self = announce_under_valgrind() ? -1 : (int)syscall(SYS_pidfd_open, getpid(), 0);
    struct iovec guards[SLAB_STACKS];
    for (int i = 0; i < SLAB_STACKS; i++)
        guards[i] = (struct iovec){s->base + i * s->stack_size, stack_guard_size()};
    ssize_t all = (ssize_t)(SLAB_STACKS * stack_guard_size());
    if (self >= 0 &&
        syscall(SYS_process_madvise, self, guards, SLAB_STACKS, MADV_GUARD_INSTALL, 0) == all)
        return true;
    for (int i = 0; i < SLAB_STACKS; i++)
        if (madvise(guards[i].iov_base, guards[i].iov_len, MADV_GUARD_INSTALL))
            return false;
    return true;
}

static bool set_guards(const struct slab *s)
{
    static bool no_markers;
    if (!no_markers && !announce_reads_all_stacks() && guard_by_marker(s))
        return true;
    no_markers = true;
    return guard_by_mprotect(s);
}

static struct slab *slab_make(void)
{
    size_t bytes = SLAB_STACKS * stack_size;
    char *base = mmap(0, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (base == MAP_FAILED) {
        explain("mmap", bytes, errno);
        return 0;
    }
    /* A huge page would make one parked task cost 2 MiB. Refused where there are none: fine. */
    madvise(base, bytes, MADV_NOHUGEPAGE);
    prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, base, bytes, "task stacks");
    struct slab *s = sched_allocate(sizeof *s, "a slab of stacks");
    s->base = base;
    s->stack_size = stack_size;
    s->clean = ~UINT64_C(0);
    if (!set_guards(s)) {
        explain("a guard page", stack_guard_size(), errno);
        munmap(base, bytes);
        free(s);
        return 0;
    }
    task_stats.stacks_reserved += bytes;
    list_add(s);
    return s;
}

static void slab_end(struct slab *s)
{
    size_t bytes = SLAB_STACKS * s->stack_size;
    list_remove(s);
    munmap(s->base, bytes);
    task_stats.stacks_reserved -= bytes;
    free(s);
}

/* --- Stacks
 * ----------------------------------------------------------------------------------------- */

/* A slab made before the stack size was changed serves no more; its free stacks end in a trim. */
static struct slab *slab_with_room(void)
{
    for (struct slab *s = roomy; s; s = s->next)
        if (s->stack_size == stack_size)
            return s;
    return slab_make();
}

static size_t in_use(void)
{
    return task_stats.stacks_used - cached;
}

bool stack_get(struct stack *out)
{
    struct slab *s = slab_with_room();
    if (!s)
        return false;
    uint64_t *from = s->dirty ? &s->dirty : &s->clean;
    int i = __builtin_ctzll(*from);
    *from &= *from - 1;
    if (from == &s->dirty)
        cached--;
    else
        task_stats.stacks_used++;
    if (!(s->dirty | s->clean))
        list_remove(s);
    if (in_use() > peak)
        peak = in_use();
    char *start = s->base + (size_t)i * s->stack_size;
    *out = (struct stack){s, start + stack_guard_size(), start + s->stack_size};
    announce_stack(out);
    return true;
}

void stack_put(const struct stack *stack)
{
    struct slab *s = stack->slab;
    announce_no_stack(stack);
    size_t i = (size_t)(stack->low - s->base) / s->stack_size;
    if (!(s->dirty | s->clean))
        list_add(s);
    s->dirty |= UINT64_C(1) << i;
    cached++;
}

bool stack_trim_is_due(void)
{
    return cached > LEAST_CACHE;
}

static void slab_clean(struct slab *s)
{
    for (; s->dirty; s->dirty &= s->dirty - 1) {
        int i = __builtin_ctzll(s->dirty);
        char *low = s->base + (size_t)i * s->stack_size + stack_guard_size();
        madvise(low, s->stack_size - stack_guard_size(), MADV_DONTNEED);
        s->clean |= UINT64_C(1) << i;
    }
}

void stack_trim(void)
{
    size_t keep = peak - in_use() > LEAST_CACHE ? peak - in_use() : LEAST_CACHE;
    peak = in_use();
    for (struct slab *s = roomy, *next; s; s = next) {
        next = s->next;
        size_t dirty = (size_t)__builtin_popcountll(s->dirty);
        if (dirty <= keep && s->stack_size == stack_size) {
            keep -= dirty;
            if (dirty)
                continue;
        }
        cached -= dirty;
        task_stats.stacks_used -= dirty;
        if ((s->dirty | s->clean) == ~UINT64_C(0))
            slab_end(s);
        else
            slab_clean(s);
    }
}
