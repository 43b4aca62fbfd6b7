#include "live/live_limit.h"
#include "serve/memory_limit.h"

/* What the present cases take is free once others begin. */
int64_t live_limit_most(const struct live *live, unsigned cases)
{
    int64_t bytes = memory_limit_most();
    for (int i = 0; i < LIVE_CASES; i++)
        if (live_case_is_there(&live->cases[i]))
            bytes += live->cases[i].last.rss;
    return bytes / cases;
}
