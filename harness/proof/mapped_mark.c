#include "proof/mapped_mark.h"
#include "proof/heap_map.h"
#include "proof/mapped_notes.h"
#include "proof/maps.h"
#include "proof/marker.h"
#include "proof/threads.h"
#include "task/counted.h"
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES_AHEAD = 512 };

/* Of /proc/self, -1 where they could not be opened. They stay open: a program that leaks descriptors has none left when
 * it is looked at once more. */
static struct {
    pid_t of; /* whose they are: a process that was forked opens its own */
    int maps, memory, pagemap;
    bool has_failed;
} files;

static int open_again(int before, const char *path)
{
    if (before >= 0 && files.of == getpid())
        return before;
    if (before >= 0 && files.of)
        close(before);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static bool open_files(void)
{
    files.has_failed = false;
    files.maps = open_again(files.of ? files.maps : -1, "/proc/self/maps");
    files.memory = open_again(files.of ? files.memory : -1, "/proc/self/mem");
    files.pagemap = open_again(files.of ? files.pagemap : -1, "/proc/self/pagemap");
    files.of = getpid();
    return files.maps >= 0 && files.memory >= 0 && files.pagemap >= 0;
}

/* Another allocator's blocks are followed where something leads to them. */
static bool has_blocks(uintptr_t page)
{
    const struct region *r = region_of(page);
    for (uintptr_t at = page; r && at < page + PAGE; at += 1 << WORD_BITS)
        if (r->starts[region_word(at)])
            return true;
    return false;
}

/* A page that was swapped out, or that nobody may touch: only the kernel knows. */
static void mark_by_kernel(uintptr_t page)
{
    static NOT_SCANNED _Alignas(64) char copy[PAGE];
    if (pread(files.memory, copy, PAGE, (off_t)page) == PAGE)
        marker_words(copy, copy + PAGE, CAUSE_MAPPED);
}

static void mark_pages(uintptr_t low, const uint64_t *states, size_t n)
{
    static const uint64_t present = UINT64_C(1) << 63, swapped = UINT64_C(1) << 62;
    for (size_t i = 0; i < n; i++) {
        uintptr_t page = low + i * PAGE;
        if (!(states[i] & (present | swapped)) || has_blocks(page))
            continue;
        if (states[i] & present)
            marker_words((const void *)page, (const void *)(page + PAGE), CAUSE_MAPPED);
        else
            mark_by_kernel(page);
    }
}

/* What was never touched is passed over. */
static void mark_range(struct range r)
{
    uint64_t states[PAGES_AHEAD];
    while (r.low < r.high && !files.has_failed) {
        size_t n = (r.high - r.low) / PAGE;
        n = n < PAGES_AHEAD ? n : PAGES_AHEAD;
        size_t wanted = n * sizeof *states;
        files.has_failed = pread(files.pagemap, states, wanted,
                                 (off_t)(r.low / PAGE * sizeof *states)) != (ssize_t)wanted;
        if (!files.has_failed)
            mark_pages(r.low, states, n);
        r.low += n * PAGE;
    }
}

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

/* Of a file only what the program has changed in a copy of its own. */
static bool may_have_pointers(const struct mapping *m)
{
    bool is_file =
        m->name[0] == '/' && !begins(m->name, "/dev/zero") && !begins(m->name, "/memfd:");
    return m->is_readable && (!is_file || m->is_writable);
}

static void mark_mapping(const struct mapping *m)
{
    if (m->is_readable && threads_mark_within(m->range))
        return;
    if (begins(m->name, "[heap]"))
        mark_range(m->range);
    for (size_t i = 0; i < mapped_notes.length && may_have_pointers(m); i++) {
        struct range r = mapped_notes.all[i].range;
        r.low = r.low < m->range.low ? m->range.low : r.low;
        r.high = r.high > m->range.high ? m->range.high : r.high;
        mark_range(r);
    }
}

const char *mapped_mark(void)
{
    static const char unreadable[] =
        "/proc/self can not be read: maps, mem and pagemap tell where pointers may be";
    if (mapped_notes.is_full)
        return "the program has mapped too many pieces of memory for itself";
    bool moved = mapped_notes.first_break != (uintptr_t)syscall(SYS_brk, 0);
    if (!mapped_notes.length && !moved && !threads_stand_still())
        return 0;
    bool read = open_files() && maps_each(files.maps, mark_mapping);
    return read && !files.has_failed ? 0 : unreadable;
}
