#include "bench/resident.h"
#include "probe/memory.h"

int64_t resident_bytes(void)
{
    struct memory_watch watch;
    struct memory memory = {0};
    if (memory_watch_start(&watch, 0)) {
        memory_look(&watch, true, &memory);
        memory_watch_end(&watch);
    }
    return memory.rss + memory.page_tables;
}
