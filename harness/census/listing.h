/* The census, printed: what was made by one stack, is of one type and in one state is told together, most of it first.
 *
 * What has grown between two of them: two files as JSON and diff_write() (profile/diff.h), or two for `go tool pprof -base`. What
 * was made since a moment and is there still: census_mark() then, and its mark as `since`. */
#pragma once

#include "census/entry.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FOR_EACH_LISTING_FORMAT(X)                                                                 \
    X(LISTING_SUMMARY, "summary") /* in words */                                                   \
    X(LISTING_JSON, "json")       /* an object; see listing_json.c for its keys */                 \
    X(LISTING_PPROF, "pprof")     /* for `go tool pprof`: how many, and bytes queued */            \
    X(LISTING_FOLDED, "folded") /* a line a stack, `ROOT;..;LEAF;[timer handle, stopped] COUNT` */ \
    X(LISTING_SVG, "svg")       /* a flame graph of these */

enum listing_format {
#define X(name, text) name,
    FOR_EACH_LISTING_FORMAT(X)
#undef X
        LISTING_FORMATS
};

/* `summary`, `json`, ..; and back: LISTING_FORMATS where there is none of that name. */
const char *listing_format_name(enum listing_format format);
enum listing_format listing_format_called(const char *name);

struct listing {
    enum listing_format format;
    uint32_t since;            /* a mark: what is older is left out. 0: all */
    uv_loop_t *loop;           /* handles of this one alone; NULL: of all */
    const uv_handle_t *except; /* or NULL */
    const char *subject;       /* "stop_is_not_close leak after 1000 requests", or NULL */
    uint64_t served;           /* requests of that subject, for growth per request; 0: not known */
    const char
        *callers; /* frames from the first in a file of this folder on are not shown; or NULL */
};

/* Returns how many handles, requests, descriptors and threads were told. Where memory is short -1 with errno; what the stream meets
 * stays in it. Handles that were freed without being closed can not be told from those that are there: libuv reads them too,
 * and neither may. */
long listing_write(const struct listing *listing, FILE *out);

/* How many there are, of all but the format the same; and bytes queued in streams and sockets. False: no memory. */
struct listing_counts {
    uint64_t of_kind[CENSUS_KINDS], of_type[CENSUS_TYPES]; /* the latter of handles */
    uint64_t queued;
};
bool listing_count(const struct listing *listing, struct listing_counts *counts);

#ifdef __cplusplus
}
#endif
