/* Whether the suite by itself (`make bench`) and the comparison with Go (`make bench-go`) say the same of one row:
 * they are run in one way, so one name has one value.
 *
 * Of each figure that both have, the processes of the suite foretell an interval for the mean of as many new ones as
 * the comparison has run (probe/levels.h). Where that holds the comparison's mean, or the mean is within 3 %, they
 * agree. Of figures that are the same, 5 in 100 lie outside by chance.
 */
#pragma once

#include "record/benchmarks.h"

struct agreement_row {
    char *name;              /* "micro/yield, real_time" */
    double suite, low, high; /* mean, and its interval for the other; NAN: one process alone */
    double versus;           /* the comparison's mean, in the same unit */
    size_t suite_processes, versus_processes;
    bool within; /* the interval holds it */
    bool close;  /* within 3 % */
};

struct agreement {
    struct agreement_row *rows;
    size_t count;
    size_t known;    /* rows with an interval */
    size_t within;   /* of these: held by it */
    size_t close;    /* outside, and within 3 % */
    double ratio;    /* geometric mean of comparison over suite, of those above 0; NAN: of none */
    double chance;   /* that so many, or more, are neither, of figures that are the same */
    const char *bar; /* why they are not to be held to one another: "other machine"; or NULL */
};

/* Of the suite's report and the comparison's. False: no memory. agreement_free() in either case. */
bool agreement_of(struct agreement *agreement, const struct benchmarks *suite,
                  const struct benchmarks *versus);
void agreement_free(struct agreement *agreement);

/* Whether there is an interval, and something to hold to it: not of one process, nor where all was noisy. */
bool agreement_knows(const struct agreement_row *row);

/* Not where so few would agree once in a hundred times by chance, nor where nothing is known. */
bool agreement_holds(const struct agreement *agreement);
