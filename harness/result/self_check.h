/* A method holds itself to its word: on data of one side, which does not differ from itself.
 *
 * The units of one side (its invocations, or its builds where there are enough) are split at random into
 * halves, again and again, all rows of a split alike. The halves are compared as two results would be:
 * every "better" or "worse" is false. Then each row's second half is made 5 % slower, which has to be found;
 * and the interval that one half foretells has to hold the other half's mean.
 */
#pragma once

#include "record/benchmarks.h"

enum { SELF_CHECK_SPLITS = 200 };

struct self_check {
    enum level level; /* what was split; LEVEL_NONE: fewer than four units, so nothing is known */
    size_t splits, rows, units;
    size_t verdicts, wrong;  /* of halves compared; said to be better or worse */
    size_t foretold, within; /* of halves; the other one's mean lay within */
    size_t planted, found;   /* slowdowns of 5 % */
};

/* Repeatable: the splits come from the seed. False: no memory. */
bool self_check(const struct benchmarks *benchmarks, size_t splits, uint64_t seed,
                struct self_check *check);

/* "A/A: 0.4 % of 4,200 verdicts on random halves were better or worse; ..": one line without a newline,
 * or why there is none. */
enum { SELF_CHECK_TEXT = 400 };
const char *self_check_text(char text[SELF_CHECK_TEXT], const struct self_check *check);
