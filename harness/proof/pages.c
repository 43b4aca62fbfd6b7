#include "proof/pages.h"
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Not by mmap(), which mapped.c has: what is here is none of the program's, and another thread may have its lock. */
void *pages_get(size_t size)
{
    long pages = syscall(SYS_mmap, 0, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return pages == -1 ? 0 : (void *)pages;
}

void pages_put(void *pages, size_t size)
{
    if (pages)
        syscall(SYS_munmap, pages, size);
}

void pages_clear(void *pages, size_t size)
{
    madvise(pages, size, MADV_DONTNEED);
}
