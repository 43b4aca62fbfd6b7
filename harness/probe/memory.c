#include "probe/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int open_file(pid_t pid, const char *name)
{
    char path[64];
    if (pid)
        snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    else
        snprintf(path, sizeof path, "/proc/self/%s", name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

bool memory_watch_start(struct memory_watch *watch, pid_t pid)
{
    watch->status = open_file(pid, "status");
    watch->smaps = open_file(pid, "smaps");
    return watch->status >= 0;
}

void memory_watch_end(struct memory_watch *watch)
{
    if (watch->status >= 0)
        close(watch->status);
    if (watch->smaps >= 0)
        close(watch->smaps);
    *watch = (struct memory_watch){-1, -1};
}

/* The line `NAME   123 kB` in bytes. */
static int64_t field(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at ? strtoll(at + strlen(name), NULL, 10) * 1024 : -1;
}

static bool read_text(int fd, char *text, size_t size)
{
    ssize_t got = fd < 0 ? -1 : pread(fd, text, size - 1, 0);
    text[got > 0 ? got : 0] = 0;
    return got > 0;
}

/* The mappings one by one: their sum is exact, where the kernel's running counters may be some
 * pages behind. */
static bool walk_over(int fd, struct mappings *mappings)
{
    int again = fd < 0 || lseek(fd, 0, SEEK_SET) != 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
    FILE *smaps = again < 0 ? NULL : fdopen(again, "re");
    bool whole = smaps && mappings_read(smaps, mappings);
    if (smaps)
        fclose(smaps);
    else if (again >= 0)
        close(again);
    return whole;
}

int64_t memory_number(int fd)
{
    char text[32];
    return read_text(fd, text, sizeof text) ? strtoll(text, NULL, 10) : -1;
}

size_t memory_resident_between(const void *low, const void *high)
{
    enum { PAGES = 256 }; /* at a time */
    unsigned char seen[PAGES];
    size_t page = (size_t)sysconf(_SC_PAGESIZE), resident = 0;
    uintptr_t at = (uintptr_t)low / page * page, end = (uintptr_t)high;
    while (at < end) {
        size_t pages = (end - at + page - 1) / page;
        pages = pages < PAGES ? pages : PAGES;
        if (mincore((void *)at, pages * page, seen) != 0)
            break;
        for (size_t i = 0; i < pages; i++)
            resident += (seen[i] & 1) * page;
        at += pages * page;
    }
    return resident;
}

bool memory_look(const struct memory_watch *watch, bool walk, struct memory *memory)
{
    static const struct mappings unknown = {-1, -1, -1, -1, -1};
    char text[4096];
    *memory = (struct memory){-1, -1, -1, -1, -1, -1, -1, false, unknown};
    if (!read_text(watch->status, text, sizeof text))
        return false;
    memory->rss = field(text, "\nVmRSS:");
    memory->anon = field(text, "\nRssAnon:");
    memory->file = field(text, "\nRssFile:");
    memory->shared = field(text, "\nRssShmem:");
    memory->page_tables = field(text, "\nVmPTE:");
    memory->swapped = field(text, "\nVmSwap:");
    if (memory->rss < 0) /* a zombie has no memory any more */
        return false;
    struct mappings found;
    if (!walk || !walk_over(watch->smaps, &found))
        return true;
    memory->exact = true;
    memory->mappings = found;
    memory->anon = found.stacks + found.heap + found.program;
    memory->rss = memory->anon + found.files + found.shared;
    return true;
}
