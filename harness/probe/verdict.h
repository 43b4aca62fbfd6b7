/* What a case did, in words, and whether that is what the catalog says of it. */
#pragma once

#include "probe/outcome.h"

enum verdict_kind {
    VERDICT_CLEAN,       /* nothing grows with the number of requests */
    VERDICT_LEAK,        /* something stays for ever, of each request or of some */
    VERDICT_HOLDS,       /* something goes on for long after its request: it levels off */
    VERDICT_UNSURE,      /* something stays, too little to say which of these it is */
    VERDICT_STARVED,     /* tasks were refused: what was counted is not the sample's doing */
    VERDICT_NO_REQUEST,  /* none was served: nothing can be said */
    VERDICT_DIED,        /* or was never started */
    VERDICT_INTERRUPTED, /* or not begun when the user had enough */
};

/* How closely to look at the heap. Not at all where others than the sample use it; on the real clock, what comes
 * to less than a byte a request is not told, since the C library's own may grow by a few when it pleases; under
 * the virtual one, to the byte. */
enum strictness { JUDGE_OBJECTS, JUDGE_REAL_CLOCK, JUDGE_EXACTLY };

struct verdict {
    enum verdict_kind kind;
    bool as_catalogued;
    char words[640]; /* one line, what was seen: begins with the verdict */
    char wrong[640]; /* one line, what was expected instead; "" where as catalogued */
};

/* A twin is held to how many tasks the catalog says that a request leaves, and to nothing else. */
void verdict_of(const struct outcome *outcome, enum strictness strictness, struct verdict *verdict);

/* What one request of a variant leaves behind, in words: "1 task in chan receive". */
void expectation_text(const struct expectation *expected, char *text, size_t size);
