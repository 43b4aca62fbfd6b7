/* What the pages of all saved results are made of: each pair by the fullest result that has it
 * (result/fullest.h), those of the catalog that none has, and the benchmarks, and the comparison with Go,
 * likewise by the fullest. */
#pragma once

#include "page/draw.h"
#include "page/findings.h"
#include "result/confirmed.h"
#include "result/summary.h"

struct edition_pair {
    const struct summary *from;       /* NULL: no saved result has it */
    const struct measured_pair *pair; /* then it has no runs (page/unmeasured.h) */
    const struct pair *listed;        /* NULL: it is no longer in the catalog */
    const struct summary
        *kept_from;   /* the newest that says what only its leaked tasks reach; or NULL */
    struct kept kept; /* and what that is, of the leak */
    char *svg[PLOTS]; /* the whole file, or "" where the result has none */
};

struct edition {
    size_t result_count, pair_count;
    struct summary **results;   /* newest first */
    struct edition_pair *pairs; /* in the catalog's order; what is no longer in it comes last */
    size_t measured_count;      /* of these pairs */
    struct measured_pair *unmeasured; /* what the pairs that were not measured point to */
    /* The results that have the fullest benchmarks, and the fullest comparison; or NULL. */
    const struct summary *benchmarked, *compared;
    const struct summary
        *campaign; /* the newest over builds and processes, where it is another one; or NULL */
    const struct summary *bystander; /* the newest with a request beside leaked tasks; or NULL */
    const struct summary *detected;  /* the newest that has what most detectors said; or NULL */
    size_t cost_count;
    struct figure *costs; /* planned of those benchmarks, and not drawn */
    bool saved;           /* the pages lie beside the results; else there are none to link to */
};

/* Of what is in the folder; a result that can not be read is found, and left out. NULL: *why. */
struct edition *edition_open(const char *results, struct findings *findings, char *why,
                             size_t size);

/* Of one summary, which stays the caller's, with its figures, which are copied. */
struct edition *edition_of(struct summary *summary, const struct figure *figures, size_t count);

/* The comparisons of all results, newest first, in an array that the caller frees. NULL: no memory. */
const struct benchmarks **edition_comparisons(const struct edition *edition, size_t *count);

/* Its results, among which those are that have confirmed another. They stay the edition's. */
struct confirmers edition_confirmers(const struct edition *edition);

void edition_free(struct edition *edition);

/* "figures/ID-live.svg", within a result's folder. */
enum { EDITION_FIGURE = 160 };
const char *edition_figure(char path[EDITION_FIGURE], const char *id, enum plot plot);
