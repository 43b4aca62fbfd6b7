/* A method holds itself to its word: on data of one side, which does not differ from itself.
 *
 * The units of one side (its invocations, or its builds where there are enough) are split at random into
 * halves, again and again, all rows of a split alike. The halves are compared as two results would be:
 * every "better" or "worse" is false. Then each row's second half is made 5 % slower, which has to be found;
 * and the interval that one half foretells has to hold the other half's mean. The same of bytes a request, by the
 * runs of a record, each of which is a process.
 */
#pragma once

#include "result/summary.h"

enum { SELF_CHECK_SPLITS = 200 };

struct self_check {
    enum level level; /* what was split; LEVEL_NONE: fewer than four units, so nothing is known */
    size_t splits, rows, units;
    size_t verdicts, wrong;  /* of halves compared; said to be better or worse */
    size_t foretold, within; /* of halves; the other one's mean lay within */
    size_t planted, found;   /* slowdowns of 5 % */
};

/* What one row has measured; within: how far each value is resolved. */
struct self_check_row {
    struct draw *draws;
    size_t count;
    double within;
};

/* Repeatable: the splits come from the seed. False: no memory. */
bool self_check(const struct benchmarks *benchmarks, size_t splits, uint64_t seed,
                struct self_check *check);

/* Of the bytes a request of each variant of each pair, 5 % more of which are to be found where there are any. */
bool self_check_bytes(const struct summary *summary, size_t splits, uint64_t seed,
                      struct self_check *check);

/* Of any rows. least: a row of which any value is not above it is compared by differences (contrast.h). */
bool self_check_rows(const struct self_check_row *rows, size_t count, double least, size_t splits,
                     uint64_t seed, struct self_check *check);

/* As a campaign's journal has it. */
json_t *self_check_json(const struct self_check *check);

/* Back from there. False: it is not there, or damaged. */
bool self_check_read(const json_t *json, struct self_check *check);

/* "A/A: 0.4 % of 4,200 verdicts on random halves were better or worse; ..": one line without a newline,
 * or why there is none. */
enum { SELF_CHECK_TEXT = 400 };
const char *self_check_text(char text[SELF_CHECK_TEXT], const struct self_check *check);
