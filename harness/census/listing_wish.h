/* What is wished of a listing: in which form, and of what. */
#pragma once

#include "census/entry.h"

#define FOR_EACH_LISTING_FORMAT(X)                                                                 \
    X(LISTING_SUMMARY, "summary") /* in words */                                                   \
    X(LISTING_JSON, "json")       /* an object: its keys are in the README */                      \
    X(LISTING_PPROF, "pprof")     /* for `go tool pprof`: how many, and bytes queued */            \
    X(LISTING_FOLDED, "folded") /* a line a stack, `ROOT;..;LEAF;[timer handle, stopped] COUNT` */ \
    X(LISTING_SVG, "svg")       /* a flame graph of these */

enum listing_format {
#define X(name, text) name,
    FOR_EACH_LISTING_FORMAT(X)
#undef X
        LISTING_FORMATS
};

struct listing {
    enum listing_format format;
    uint32_t since;            /* a mark: what is older is left out. 0: all */
    uv_loop_t *loop;           /* handles of this one alone; NULL: of all */
    const uv_handle_t *except; /* or NULL */
    const char *subject;       /* "stop_is_not_close leak after 1000 requests", or NULL */
    uint64_t served;           /* requests of that subject, for growth per request; 0: not known */
    /* Code of this folder calls the program, and is none of it: what it has made itself is left out, and frames from the first of
     * it on are not shown. Or NULL. */
    const char *callers;
    bool
        proves; /* asks a proof, where one is linked in, who can still close what, or wake it: all other threads stand still meanwhile */
};
