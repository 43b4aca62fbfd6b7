/* Two results, pair by pair: what changed, how sure that is, and which way. */
#pragma once

#include "result/contrast.h"
#include "result/summary.h"

struct comparison {
    const char *id;
    enum variant variant;
    bool in_before, in_after;
    double before, after;    /* bytes per request */
    char counted[LEFT_KIND]; /* what is left that differs, or the first that is counted: "tasks" */
    double counted_before, counted_after; /* how many of it are left per request */
    struct contrast contrast;             /* of the bytes */
    const char *bar;    /* why these are not judged: "other machine", "other load"; or NULL */
    enum change change; /* of all: less memory a request is better, or none any more */
};

/* A row for each variant of each pair that is in either; *count of them, which the caller frees.
 * NULL where there is no memory. The ids live as long as the summaries. */
struct comparison *compare(const struct summary *before, const struct summary *after,
                           size_t *count);
