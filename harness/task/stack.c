/* Slabs of stacks: one mapping each, guarded, made when no stack is free and ended when all are.
 *
 * Guards: MADV_GUARD_INSTALL marks page-table entries, so it costs no mapping and a slab is guarded
 * by one call. Where the kernel has none, mprotect() splits mappings, two a stack, and
 * vm.max_map_count bounds the number of tasks.
 */
#include "task/stack.h"
#include "task/advice.h"
#include "task/announce.h"
#include "task/task.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <uv.h>

enum {
    LEAST_CACHE = 16,
    TOUCHED_AHEAD = 16, /* at most what is cached anyway */
    WIDE_SLABS = 4,
    WIDE_GUARD = 1024 * 1024,
    SLICE_NS = 500 * 1000, /* of a trim */
};

#ifndef PR_SET_VMA
#define PR_SET_VMA           0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

struct stack_pool task_stacks = {.stack_size = 64 * 1024};
static char error[256];

/* Larger than assumed on some arm64 systems: a page is then the unit of all this. */
static size_t page_size(void)
{
    size_t page = task_stacks.page_size;
    if (page)
        return page;
    page = task_stacks.page_size = (size_t)sysconf(_SC_PAGESIZE);
    if (task_stacks.stack_size < 4 * page)
        task_stacks.stack_size = 4 * page;
    return page;
}

size_t task_stack_size(void)
{
    page_size();
    return task_stacks.stack_size;
}

void task_stack_slab_has_room(struct slab *s)
{
    struct slab *first = task_stacks.roomy;
    s->previous = 0;
    s->next = first;
    *(first ? &first->previous : &task_stacks.roomy_last) = s;
    task_stacks.roomy = s;
}

void task_stack_slab_is_full(struct slab *s)
{
    if (task_stacks.trim_next == s)
        task_stacks.trim_next = s->previous;
    *(s->previous ? &s->previous->next : &task_stacks.roomy) = s->next;
    *(s->next ? &s->next->previous : &task_stacks.roomy_last) = s->previous;
}

/* --- Errors: which limit was met ------------------------------------------------------------ */

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
             pages * task_stacks.page_size + bytes > limit.rlim_cur)
        snprintf(rest, room, "the address space limit is %llu KiB: see `ulimit -v`",
                 (unsigned long long)limit.rlim_cur / 1024);
    else
        snprintf(rest, room, "%s: see the memory limit and vm.overcommit_memory", strerror(why));
}

const char *task_stack_error(void)
{
    return error;
}

int task_set_stack_size(size_t bytes)
{
    size_t page = page_size();
    if (bytes < 4 * page || bytes > (size_t)1 << 30) {
        snprintf(error, sizeof error, "stack size of %zu bytes: it must be from %zu bytes to 1 GiB",
                 bytes, 4 * page);
        return -1;
    }
    task_stacks.stack_size = (bytes + page - 1) & ~(page - 1);
    return 0;
}

/* --- Slabs ---------------------------------------------------------------------------------- */

static char *start_of(const struct slab *s, int place)
{
    return s->base + (size_t)place * s->stride;
}

static bool guard_by_mprotect(const struct slab *s)
{
    for (int i = 0; i < SLAB_STACKS; i++)
        if (mprotect(start_of(s, i), s->guard, PROT_NONE))
            return false;
    return true;
}

bool task_stack_advise_all(const struct iovec *ranges, int count, size_t n, int advice)
{
    static int self = -2;
    if (self == -2)
        self = task_announce_under_valgrind() ? -1 : (int)syscall(SYS_pidfd_open, getpid(), 0);
    return self >= 0 && syscall(SYS_process_madvise, self, ranges, count, advice, 0) == (ssize_t)n;
}

/* Marks all guards of a slab by one call; where only the single form is known, by one each. That it
 * worked is seen by a page that can not be read any more: an emulator may take any advice for done. */
static bool guard_by_marker(const struct slab *s)
{
    struct iovec guards[SLAB_STACKS];
    for (int i = 0; i < SLAB_STACKS; i++)
        guards[i] = (struct iovec){start_of(s, i), s->guard};
    if (!task_stack_advise_all(guards, SLAB_STACKS, SLAB_STACKS * s->guard, MADV_GUARD_INSTALL))
        for (int i = 0; i < SLAB_STACKS; i++)
            if (madvise(guards[i].iov_base, guards[i].iov_len, MADV_GUARD_INSTALL))
                return false;
    return madvise(s->base, task_stacks.page_size, MADV_POPULATE_READ) != 0;
}

static bool set_guards(const struct slab *s)
{
    static bool no_markers;
    if (!no_markers && !announce_reads_all_stacks() && guard_by_marker(s))
        return true;
    no_markers = true;
    return guard_by_mprotect(s);
}

/* The list of all, in the order they were made. */
static void note_slab(struct slab *s)
{
    struct slab *before = s->older = task_stacks.newest;
    *(before ? &before->newer : &task_stacks.oldest) = s;
    task_stacks.newest = s;
}

static void forget_slab(struct slab *s)
{
    if (task_stacks.sweep_next == s)
        task_stacks.sweep_next = s->newer;
    if (task_stacks.forget)
        task_stacks.forget(s);
    *(s->older ? &s->older->newer : &task_stacks.oldest) = s->newer;
    *(s->newer ? &s->newer->older : &task_stacks.newest) = s->older;
}

/* An odd number of pages from one stack to the next. Were it a power of two, the pages that tasks are
 * parked on would share few sets of the caches, and fewer of those that translate addresses. */
static size_t stride_of(size_t stack_size, size_t guard)
{
    size_t page = task_stacks.page_size, stride = stack_size - page + guard;
    return stride / page % 2 ? stride : stride + page;
}

static void *map_memory(size_t bytes)
{
    enum { PROTECTION = PROT_READ | PROT_WRITE };
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK;
#if defined(SWITCH_ANNOUNCED) /* a sanitizer wants to know of it */
    return mmap(0, bytes, PROTECTION, flags, -1, 0);
#else /* a proof takes down what the program maps for itself by mmap() */
    return (void *)syscall(SYS_mmap, 0, bytes, PROTECTION, flags, -1, 0);
#endif
}

/* A mapping for a slab, with guards of at least this size. Its record is in it. */
static struct slab *slab_map(size_t guard)
{
    size_t stack_size = task_stacks.stack_size, stride = stride_of(stack_size, guard);
    size_t bytes = SLAB_STACKS * stride;
    char *base = map_memory(bytes);
    if (base == MAP_FAILED) {
        explain("mmap", bytes, errno);
        return 0;
    }
    /* A huge page would make one parked task cost 2 MiB. Refused where there are none: fine. */
    madvise(base, bytes, MADV_NOHUGEPAGE);
    prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, base, bytes, "task stacks");
    struct slab *s = (struct slab *)(base + stride - stack_stagger(0));
    s->clean = ~UINT64_C(0);
    s->base = base;
    s->stride = stride;
    s->guard = stride - (stack_size - task_stacks.page_size);
    s->stack_size = stack_size;
    if (set_guards(s))
        return s;
    explain("a guard", s->guard, errno);
    munmap(base, bytes);
    return 0;
}

/* Valgrind does not know guard markers: its search for leaks reads each of their pages, and takes a fault for it. */
static bool wants_wide_guards(void)
{
    return task_stacks.wide_slabs < WIDE_SLABS && !task_announce_under_valgrind();
}

static struct slab *slab_make(void)
{
    page_size();
    struct slab *s = wants_wide_guards() ? slab_map(WIDE_GUARD) : 0;
    if (!s && !(s = slab_map(task_stacks.page_size)))
        return 0;
    task_stacks.wide_slabs += s->guard >= WIDE_GUARD;
    for (int i = 0; i < SLAB_STACKS; i++)
        task_announce_stack_bounds(start_of(s, i), start_of(s, i + 1));
    task_stats.stacks_reserved += SLAB_STACKS * s->stride;
    note_slab(s);
    task_stack_slab_has_room(s);
    return s;
}

static void slab_end(struct slab *s)
{
    size_t bytes = SLAB_STACKS * s->stride;
    task_stacks.wide_slabs -= s->guard >= WIDE_GUARD;
    forget_slab(s);
    task_stack_slab_is_full(s);
    munmap(s->base, bytes);
    task_stats.stacks_reserved -= bytes;
}

/* --- Stacks --------------------------------------------------------------------------------- */

/* A slab made before the stack size was changed serves no more; its free stacks end in a trim. */
struct slab *task_stack_slab_with_room(void)
{
    struct slab *s = task_stacks.roomy;
    while (s && s->stack_size != task_stacks.stack_size)
        s = s->next;
    if (!s)
        return slab_make();
    task_stack_slab_is_full(s); /* out of the list, and to its front */
    task_stack_slab_has_room(s);
    return s;
}

void task_stack_touch_ahead(struct slab *s)
{
    static bool can_not;
    if (can_not || announce_reads_all_stacks())
        return;
    uint64_t thousandth = task_stats.live / 1024, places = 0, clean = s->clean;
    int most = thousandth < TOUCHED_AHEAD ? (int)thousandth : TOUCHED_AHEAD, n = 0;
    size_t page = task_stacks.page_size;
    struct iovec tops[TOUCHED_AHEAD];
    for (; clean && n < most; clean &= clean - 1) {
        int place = __builtin_ctzll(clean);
        tops[n++] = (struct iovec){start_of(s, place + 1) - page, page};
        places |= UINT64_C(1) << place;
    }
    if (!task_stack_advise_all(tops, n, (size_t)n * page, MADV_POPULATE_WRITE)) {
        can_not = true;
        return;
    }
    s->clean &= ~places;
    s->dirty |= places;
    task_stacks.cached += (size_t)n;
    task_stats.stacks_used += (size_t)n;
}

void task_stack_each(bool (*visit)(const struct stack *stack, void *arg), void *arg)
{
    for (struct slab *s = task_stacks.oldest; s; s = s->newer) {
        for (uint64_t used = ~(s->dirty | s->clean); used; used &= used - 1) {
            struct stack stack = stack_at(s, __builtin_ctzll(used));
            if (!visit(&stack, arg))
                return;
        }
    }
}

bool task_stack_trim_is_due(void)
{
    return task_stacks.cached > LEAST_CACHE;
}

/* The page with the slab's record stays. */
static void slab_clean(struct slab *s)
{
    for (; s->dirty; s->dirty &= s->dirty - 1) {
        int place = __builtin_ctzll(s->dirty);
        char *low = start_of(s, place) + s->guard, *high = start_of(s, place + 1);
        madvise(low, (size_t)(high - low) - (place ? 0 : task_stacks.page_size), MADV_DONTNEED);
        s->clean |= UINT64_C(1) << place;
    }
}

static void give_back(struct slab *s)
{
    size_t dirty = (size_t)__builtin_popcountll(s->dirty);
    if (dirty && task_stacks.cached <= task_stacks.trim_keep &&
        s->stack_size == task_stacks.stack_size)
        return;
    task_stacks.cached -= dirty;
    task_stats.stacks_used -= dirty;
    if ((s->dirty | s->clean) == ~UINT64_C(0))
        slab_end(s);
    else
        slab_clean(s);
}

bool task_stack_trim(void)
{
    size_t surplus = task_stacks.idle > LEAST_CACHE ? task_stacks.idle - LEAST_CACHE : 0;
    task_stacks.trim_keep = task_stacks.cached - surplus;
    task_stacks.trim_next = task_stacks.roomy_last;
    task_stacks.idle = task_stacks.cached - surplus;
    return task_stacks.trim_next;
}

/* From the slabs that were used longest ago. One ends in some ten microseconds. */
bool task_stack_trim_more(void)
{
    uint64_t until = uv_hrtime() + (uint64_t)SLICE_NS;
    for (struct slab *s; (s = task_stacks.trim_next) && uv_hrtime() < until;) {
        task_stacks.trim_next = s->previous;
        give_back(s);
    }
    return task_stacks.trim_next;
}
