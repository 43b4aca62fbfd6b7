/* What a case did, in words, and whether that is what the catalog says of it. */
#pragma once

#include "probe/outcome.h"
#include "probe/seen.h"

/* How closely to look at the heap. Not at all where others than the sample use it; on the real clock, what comes
 * to less than a byte a request is not told, and of a few KiB no more is said than that; under the virtual one,
 * to the byte. */
enum strictness { JUDGE_OBJECTS, JUDGE_REAL_CLOCK, JUDGE_EXACTLY };

struct verdict {
    enum verdict_kind kind;
    bool as_catalogued;
    char words[640]; /* one line, what was seen: begins with the verdict */
    char wrong[640]; /* one line, what was expected instead; "" where as catalogued */
};

/* A twin is held to how many tasks the catalog says that a request leaves, and to nothing else. */
void verdict_of(const struct outcome *outcome, enum strictness strictness, struct verdict *verdict);
