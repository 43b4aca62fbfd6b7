/* By guard markers, which are page-table entries: they split no mapping, and so vm.max_map_count does not
 * bound them. A page table stays while one of its entries is a marker, which each stack's guard is anyway: so
 * a hibernated task keeps 136 bytes of page tables, as one that is parked does. */
#include "task/hibernate_page.h"
#include "task/advice.h"
#include "task/announce.h"
#include "task/stack.h"
#include <unistd.h>

enum hiding { NOT_ASKED, BY_MARKER, BY_PROTECTION };

static enum hiding hiding;

/* That it worked is seen by a page that can not be read any more: an emulator may take any advice for done. */
static bool markers_work(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *memory = mmap(0, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    bool work =
        !madvise(memory, page, MADV_GUARD_INSTALL) && madvise(memory, page, MADV_POPULATE_READ) &&
        !madvise(memory, page, MADV_GUARD_REMOVE) && !madvise(memory, page, MADV_POPULATE_READ);
    munmap(memory, page);
    return work;
}

bool pages_can_hide(const char **why)
{
    if (task_announce_under_valgrind()) {
        *why = "Valgrind takes each fault for the program's";
        return false;
    }
    if (hiding == NOT_ASKED) /* the guards of slabs are made in the same way, see set_guards() */
        hiding = !announce_reads_all_stacks() && markers_work() ? BY_MARKER : BY_PROTECTION;
    return true;
}

static size_t bytes_of(const struct iovec *ranges, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += ranges[i].iov_len;
    return bytes;
}

/* By one call, or one by one up to the first that fails. */
static size_t advise_each(const struct iovec *ranges, size_t n, int advice)
{
    if (n > 1 && task_stack_advise_all(ranges, (int)n, bytes_of(ranges, n), advice))
        return n;
    size_t i = 0;
    while (i < n && !madvise(ranges[i].iov_base, ranges[i].iov_len, advice))
        i++;
    return i;
}

static size_t protect_each(const struct iovec *ranges, size_t n)
{
    size_t i = 0;
    while (i < n && !mprotect(ranges[i].iov_base, ranges[i].iov_len, PROT_NONE))
        i++;
    advise_each(ranges, i, MADV_DONTNEED);
    return i;
}

size_t pages_hide(const struct iovec *ranges, size_t n)
{
    return hiding == BY_MARKER ? advise_each(ranges, n, MADV_GUARD_INSTALL)
                               : protect_each(ranges, n);
}

void pages_show(const struct iovec *ranges, size_t n)
{
    if (hiding == BY_MARKER)
        advise_each(ranges, n, MADV_GUARD_REMOVE);
    for (size_t i = 0; hiding == BY_PROTECTION && i < n; i++)
        mprotect(ranges[i].iov_base, ranges[i].iov_len, PROT_READ | PROT_WRITE);
    if (n > 1) /* three quarters of the time of as many page faults */
        advise_each(ranges, n, MADV_POPULATE_WRITE);
}

void pages_drop(const struct iovec *ranges, size_t n)
{
    advise_each(ranges, n, MADV_DONTNEED);
}
