/* Two sides compared: how far apart, how sure that is, and which words that allows.
 *
 * By Student's t at the highest replicated level (probe/levels.h): Welch's of two sides that were measured
 * apart, or of the differences block by block where both were measured side by side. The words are:
 *
 *   the same   the 95 % interval lies within the margin: both one-sided tests say so (equivalence, TOST)
 *   better, worse   the difference is not 0, by a p-value held against all rows together (Holm)
 *   not known  neither; that is no word for "the same"
 */
#pragma once

#include "probe/levels.h"

enum change {
    CHANGE_BETTER, /* less */
    CHANGE_WORSE,
    CHANGE_SAME,           /* within the margin, and sure of it */
    CHANGE_UNKNOWN,        /* neither one nor the other */
    CHANGE_ABSENT,         /* not in both, or no figure of it */
    CHANGE_ONE_PROCESS,    /* nothing says how another process would differ */
    CHANGE_NOISY,          /* the machine was busy with something else in too many runs */
    CHANGE_NOT_COMPARABLE, /* measured under settings of which it depends */
};

const char *change_text(enum change change);

/* A difference within 3 % is "the same". */
extern const double contrast_margin;

/* The chance at which a difference or a sameness is called one. */
extern const double contrast_alpha;

/* After less before. */
struct contrast {
    bool logs;               /* of logarithms: 0.05 is 5.1 % more. Else in the figure's own unit */
    double value, low, high; /* with its 95 % interval; NAN: not known */
    double margin;           /* what counts as the same, on the same scale */
    double differs;          /* p-value of "there is no difference"; NAN: not known */
    double outside;          /* p-value of "it is the margin or more" */
    double error, freedom;   /* standard error of the value, and its degrees of freedom */
    enum level level;        /* what the interval covers */
    size_t before, after;    /* units at that level; paired: the same */
    bool paired;
    enum change change;
};

/* What a side has measured. What the draws are is lost to the comparison. */
struct side {
    struct draw *draws;
    size_t count;
};

/* By logarithms where every value is above `least`, else by plain differences, where `least` is the
 * narrowest margin. change: of this row alone; where more than half of a side is noisy, or where it is one
 * process, there is none. */
struct contrast contrast_of(struct side before, struct side after, double least);

/* Likewise of sides that were measured in the same blocks: draws of one invocation number are a pair, and
 * of a build. What only one of them has is left out. */
struct contrast contrast_paired(struct side before, struct side after, double least);

/* Likewise at this level, or below it. */
struct contrast contrast_at(struct side before, struct side after, double least, enum level level);

/* As it would be with the side after changed by so much more, on the row's scale; without a new word. */
void contrast_shift(struct contrast *row, double by);

/* What to put before a p-value's row where several are judged: Holm's step-down. `adjusted` has room for
 * all; NAN stays NAN. False: no memory. */
bool contrast_holm(const double *p, size_t count, double *adjusted);

/* The word for a row, by its p-value as adjusted. Rows that have none keep theirs. */
void contrast_judge(struct contrast *row, double adjusted);

/* Takes all but the value away: this change is all that is said. */
void contrast_void(struct contrast *row, enum change change);
