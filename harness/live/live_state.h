/* What the live page is about: the pair that runs, its two cases, and who watches them. */
#pragma once

#include "live/live_case.h"
#include "serve/stream.h"

/* A run has up to three cases: the leak, its fix, and where it is wished the leak once more, with what is
 * proven to be leaked made to end. */
enum { LIVE_RECOVERED = VARIANTS, LIVE_CASES };

struct live_wish {
    const struct pair *pair; /* NULL: no run */
    double rate;             /* requests per second */
    int64_t memory_limit;    /* bytes, of each case */
    bool recover;            /* the third case too */
};

struct live {
    struct server *server;
    const struct settings *settings; /* of the cases, but for the rate, which the page sets */
    struct streams streams;
    struct live_case cases[LIVE_CASES]; /* the first two by variant */
    struct live_wish run, next; /* what runs, or ran last; and what shall run when it has ended */
    bool paused, ending;
    double steered_at; /* seconds since the run began: load is the same since then */
    uv_timer_t sampler;
    bool sampler_open;
    unsigned tick;
    int64_t began; /* the run, in milliseconds since the epoch: which one it is; 0: none yet */
    uint64_t watched_at; /* uv_now(), when a page last listened, or the run began */
};

/* "leak", "fix", "recovered". */
static inline const char *live_name(int i)
{
    return i == LIVE_RECOVERED ? "recovered" : variant_name((enum variant)i);
}
