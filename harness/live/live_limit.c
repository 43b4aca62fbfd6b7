#include "live/live_limit.h"
#include "serve/memory_limit.h"

/* What the present cases take is free once others begin. */
int64_t live_limit_most(const struct live *live)
{
    int64_t bytes = memory_limit_most();
    for (int v = 0; v < VARIANTS; v++)
        if (live_case_is_there(&live->cases[v]))
            bytes += live->cases[v].last.rss;
    return bytes / VARIANTS;
}
