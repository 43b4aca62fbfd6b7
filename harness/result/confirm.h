/* Whether a result holds elsewhere, or later: its figures, measured again by somebody, against the interval in
 * which each foretells the mean of so many new processes (probe/levels.h). */
#pragma once

#include "result/phrase.h"
#include "result/summary.h"

enum confirmed {
    CONFIRMED_MET,    /* within the interval */
    CONFIRMED_CLOSE,  /* outside, and within 3 % */
    CONFIRMED_MISSED, /* farther off */
    CONFIRMED_NO_INTERVAL /* the result has one process of it, or one of both was noisy, or the load is another */
};

/* "met", "within 3 %", .. */
const char *confirmed_text(enum confirmed confirmed);

struct confirm_row {
    char name[PHRASE_LONG]; /* "channel_receive leak, bytes a request", or a benchmark's */
    double published, low, high, here; /* low, high: NAN: no interval */
    enum confirmed confirmed;
};

/* A row for each figure that is in both; *count of them, which the caller frees. NULL: no memory. */
struct confirm_row *confirm(const struct summary *published, const struct summary *here,
                            size_t *count);
