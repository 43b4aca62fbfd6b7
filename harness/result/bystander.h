/* What leaked tasks do to a request that has nothing to do with them, as `make bench-bystander` measures it. */
#pragma once

#include "record/benchmarks.h"

/* What the leaked tasks do meanwhile. */
enum beside {
    BESIDE_WAITING, /* they wait, for ever */
    BESIDE_TICKING, /* they wait, and each has left a ticker that takes its turn */
    BESIDE_POLLING, /* each looks once a second */
    BESIDE_BUSY,    /* each runs whenever it may */
    BESIDES
};

/* "waiting", "waiting, and a ticker each", .. */
const char *beside_text(enum beside beside);

enum { BYSTANDER_POINTS = 8, BYSTANDER_KIND = 40 };

/* Beside n leaked tasks. Nanoseconds; NAN: not measured. */
struct bystander_point {
    double n, median, p99, most;
    double unanswered; /* requests, of which more is not known than how long they waited */
};

struct bystander_row {
    char kind[BYSTANDER_KIND]; /* what they wait for: "chan receive" */
    enum beside beside;
    size_t count;
    struct bystander_point points[BYSTANDER_POINTS]; /* by n */
};

struct bystander {
    size_t count;
    struct bystander_row *rows; /* in the order of the report */
    double median, p99;         /* the worst that were measured beside none */
};

/* Whether a family of a report is of it, and whether any is. */
bool bystander_has(const struct bench_family *family);
bool bystander_is_in(const struct benchmarks *benchmarks);

/* The caller frees it by bystander_free(). NULL: no memory. Where the report has none of it, no rows. */
struct bystander *bystander_of(const struct benchmarks *benchmarks);
void bystander_free(struct bystander *bystander);

/* Of these the point at the greatest n; and beside how many, or NULL. */
const struct bystander_point *bystander_last(const struct bystander_row *row);
const struct bystander_point *bystander_at(const struct bystander_row *row, double n);

/* Slower: the median, or the 99th percentile, is above this many times the worst that was measured beside none, at
 * this point of the row and at all of greater n. (One alone is the machine's.) */
enum { BYSTANDER_SLOWER = 2 };
bool bystander_slower(const struct bystander *bystander, const struct bystander_row *row,
                      const struct bystander_point *point);

/* Whether any was measured beside such tasks. */
bool bystander_any(const struct bystander *bystander, enum beside beside);

/* How many kinds of this were measured beside n tasks, and of these how many are slower; and the least and
 * the greatest of their medians and 99th percentiles. */
struct bystander_sum {
    size_t kinds, slower;
    double median_least, median_most, p99_least, p99_most;
};
struct bystander_sum bystander_sum(const struct bystander *bystander, enum beside beside, double n);

/* What follows from it, a sentence for each of these; the caller frees it. NULL: no memory. */
char *bystander_words(const struct bystander *bystander);
