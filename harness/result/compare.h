/* Two results, pair by pair: what changed, how sure that is, and which way. */
#pragma once

#include "result/summary.h"

enum change {
    CHANGE_BETTER, /* less memory a request, or none any more */
    CHANGE_WORSE,
    CHANGE_NONE,    /* the interval of the difference has 0 in it */
    CHANGE_UNKNOWN, /* not in both, or too few repetitions for an interval */
};

const char *change_text(enum change change);

/* What the interval of a difference says, where less is better. */
enum change compare_judge(const struct estimate *difference);

struct comparison {
    const char *id;
    enum variant variant;
    bool in_before, in_after;
    double before, after;             /* bytes per request */
    struct estimate difference;       /* after less before */
    double tasks_before, tasks_after; /* left per request */
    enum change change;
};

/* A row for each variant of each pair that is in either; *count of them, which the caller frees.
 * NULL where there is no memory. The ids live as long as the summaries. */
struct comparison *compare(const struct summary *before, const struct summary *after,
                           size_t *count);

/* What makes them no equals: machine, build, settings; lines, each with a newline, or "". The caller
 * frees it. */
char *compare_conditions(const struct summary *before, const struct summary *after);
