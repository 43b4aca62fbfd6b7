#include "proof/pages.h"
#include <sys/mman.h>

void *pages_get(size_t size)
{
    void *pages =
        mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return pages == MAP_FAILED ? 0 : pages;
}

void pages_put(void *pages, size_t size)
{
    if (pages)
        munmap(pages, size);
}

void pages_clear(void *pages, size_t size)
{
    madvise(pages, size, MADV_DONTNEED);
}
