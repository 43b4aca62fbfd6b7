/* What is said of a claim, by what kind of measurement. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

enum claim_figure {
    CLAIM_HALVES,    /* what a request to each half leaves behind */
    CLAIM_DEATH,     /* tasks and bytes, and when memory ends */
    CLAIM_MINUTE,    /* when, at a thousand a minute */
    CLAIM_BYSTANDER, /* a request beside leaked tasks */
    CLAIM_STACK,     /* bytes a task, and how much of it is stack */
    CLAIM_CLOSURE,   /* what only leaked tasks reach */
    CLAIM_CROWD,     /* operations beside parked tasks */
    CLAIM_MAKING,    /* making a task beside keeping one */
    CLAIM_SOURCE,    /* detectors that read the source */
    CLAIM_END,       /* those that need the program's end */
    CLAIM_COUNT,     /* those that count */
    CLAIM_SITES,     /* those that group by place */
    CLAIM_TIMERS,    /* timers held, and where they level off */
    CLAIM_HEAP,      /* bytes of heap of both halves */
    CLAIM_PROGRAM,   /* a program of its own: there is nothing to measure */
};

/* Writes what the results say for this sample of the catalog, or for all (NULL) where the figure is of none; in
 * words, with code between backticks. */
void claim_figure_write(FILE *out, const struct edition *edition, enum claim_figure figure,
                        const char *id);

/* Whether it says something for each sample of the claim; else once for all. */
bool claim_figure_is_of_each(enum claim_figure figure);
