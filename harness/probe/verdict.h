/* What a case did, in words, and whether that is what the catalog says of it. */
#pragma once

#include "probe/outcome.h"

enum verdict_kind {
    VERDICT_CLEAN,
    VERDICT_LEAK,        /* something stays for ever */
    VERDICT_GROWS,       /* timers are held under load, and gone after settle */
    VERDICT_NO_REQUEST,  /* none was served: nothing can be said */
    VERDICT_DIED,        /* or was never started */
    VERDICT_INTERRUPTED, /* or not begun when the user had enough */
};

/* How closely to look. Under the virtual clock everything is repeatable, so channels, contexts and
 * heap bytes are held to zero in a fix, and timers held under load to their exact number. Under the
 * real clock timers may have fired before load was over, and caches may have grown. */
enum strictness { JUDGE_REAL_CLOCK, JUDGE_EXACTLY };

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
