/* Where a growth of the resident set sits. */
#pragma once

#include "probe/outcome.h"

#define FOR_EACH_SHARE(X)                                                                          \
    X(SHARE_STACKS, "stacks", "task stacks")                                                       \
    X(SHARE_HEAP_IN_USE, "heap_in_use", "heap in use")                                             \
    X(SHARE_HEAP_HELD, "heap_held", "heap held back")                                              \
    X(SHARE_PROGRAM, "program", "the program's own data")                                          \
    X(SHARE_FILES, "files", "pages of libraries and programs")                                     \
    X(SHARE_SHARED, "shared", "shared memory")

enum share {
#define X(name, key, text) name,
    FOR_EACH_SHARE(X)
#undef X
        SHARES
};

/* For files ("heap_in_use"), and for people. */
const char *share_key(enum share share);
const char *share_text(enum share share);

/* Bytes. growth is the sum of the parts and of the rest. */
struct attribution {
    double growth;
    double part[SHARES];
    double rest;        /* what none of them accounts for, of either sign */
    double page_tables; /* growth of these, the kernel's, beside the resident set */
    bool by_mappings;   /* else by the runtime's and the heap's counters: stacks at one page each */
};

/* Between two looks at a case that stood still. Heap in use is what jemalloc counts as active, as far
 * as it is resident; held back is what is resident in the heap's mappings besides. False where either look has no
 * exact figures: *attribution is all NAN then. */
bool attribution_between(const struct sample *before, const struct sample *after,
                         struct attribution *attribution);

/* The share of the growth that the parts account for, 0 to 1. That all is accounted for is no proof: every mapping is of
 * some part. NAN where nothing grew. */
double attribution_accounted(const struct attribution *attribution);

/* The mean of several. */
struct attribution attribution_mean(const struct attribution *of, size_t count);
