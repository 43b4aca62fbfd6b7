/* What was seen of a case, thinned out for a page: as many looks as a screen has columns. */
#pragma once

#include "probe/gauges.h"

/* What a case of plain C has instead of tasks. */
#define FOR_EACH_PLAIN_COUNT(X)                                                                    \
    X(PLAIN_HANDLES, "handles")                                                                    \
    X(PLAIN_REQUESTS, "requests in flight")                                                        \
    X(PLAIN_DESCRIPTORS, "descriptors")                                                            \
    X(PLAIN_THREADS, "threads")

enum plain_count {
#define X(name, text) name,
    FOR_EACH_PLAIN_COUNT(X)
#undef X
        PLAIN_COUNTS
};

struct live_look {
    double seconds; /* since the case began */
    uint64_t tasks, requests, finished, timers;
    uint64_t plain[PLAIN_COUNTS]; /* of a case of plain C; else 0 */
    int64_t rss;
    double p99; /* seconds; INFINITY: of 100 requests more than one never returns; NAN: none yet */
};

enum { LOOKS_MOST = 480 };

struct looks {
    struct live_look at[LOOKS_MOST];
    size_t length;
    unsigned every, skipped; /* of so many looks one is kept; begin with every = 1 */
};

/* The gauges' part of a look; the rest is the caller's. */
struct live_look live_look_at(const struct gauges *gauges);

void looks_keep(struct looks *looks, const struct live_look *look);
