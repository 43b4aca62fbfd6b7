/* What benchmarks say, in rows for people: the same in Markdown and on the page. */
#pragma once

#include "record/benchmarks.h"
#include "result/phrase.h"

/* A family: what one operation costs at its least and its greatest N. */
struct cost_row {
    const char *name;
    char n[PHRASE], cost[PHRASE];
    char spread
        [PHRASE]; /* of the repetitions, or the interval, as cost_spread_head() says; the widest of all N */
    char fit[PHRASE];    /* "not constant: N^0.34 (0.10 to 0.58)" */
    const char *failure; /* why its first N that failed, or was skipped, did so; or NULL */
    bool skipped;
};

/* One a family, *count of them; the caller frees them. NULL where there is no memory. */
struct cost_row *cost_rows(const struct benchmarks *benchmarks, size_t *count);

/* "spread"; where all were measured by many processes, "95 % interval": half of it, over new ones or new builds. */
const char *cost_spread_head(const struct benchmarks *benchmarks);

/* What a campaign has found of its own method, in a sentence, and what its intervals cover; "" of other reports. */
enum { COST_CHECK = 600 };
const char *cost_check(char text[COST_CHECK], const struct benchmarks *benchmarks);

/* Whether it is a campaign's, and has found something of its own method. */
bool cost_is_checked(const struct benchmarks *benchmarks);

/* A figure with its unit. */
const char *cost_text(char text[PHRASE], enum unit unit, double value);

/* "constant: 166 ns", "39.2 ns x lg N", "N^0.34" where its order does not hold; "" where nothing is fitted. */
const char *cost_fit(char text[PHRASE], const struct bench_family *family);

/* What the fits are, in sentences. */
const char *cost_fit_explained(void);

/* What is to be known of all of them: "5 runs each, medians", or that one run has no interval. */
const char *cost_basis(char text[PHRASE], const struct benchmarks *benchmarks);
