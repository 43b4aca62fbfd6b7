/* What came of it when a result was measured again: kept in the folder of the new measurement, which is a result of
 * its own, so that nothing of the one that was confirmed is touched. confirm.h judges; confirmed.h asks by whom a
 * result was confirmed.
 *
 * confirmation.json:
 *
 *   {"schema": 1,
 *    "of": "20260131-amd-epyc",          the result that was measured again
 *    "figures": [
 *      {"pair": "channel_receive", "variant": "leak", "figure": "bytes a request",
 *       "published": 4194.2, "low": 4190, "high": 4198.4, "here": 4195, "found": "met"},
 *      {"benchmark": "micro/spawn", ..}, ..]}
 *
 * Each figure that is in both; of a benchmark, what one operation costs, in its own unit. low and high: within which
 * the published one foretells the mean of what was measured here; null: it does not say. found: the words of
 * confirmed_text().
 */
#pragma once

#include "probe/gauges.h"
#include "record/take.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum confirmed {
    CONFIRMED_MET,            /* within the interval; of what is counted: the same */
    CONFIRMED_CLOSE,          /* outside, and within 3 % */
    CONFIRMED_MISSED,         /* farther off */
    CONFIRMED_NO_INTERVAL,    /* the result has one process of it */
    CONFIRMED_NOISY,          /* the machine was busy with something else in most runs of either */
    CONFIRMED_NOT_COMPARABLE, /* another load; or times, of another machine or build */
    CONFIRMED_WORDS,
};

/* "met", "within 3 %", .. */
const char *confirmed_text(enum confirmed confirmed);

struct confirm_row {
    char *pair; /* NULL: of a benchmark */
    enum variant variant;
    char *what;                        /* "bytes a request"; or the benchmark's name */
    double published, low, high, here; /* low, high: NAN: no interval */
    enum confirmed confirmed;
};

struct confirmation {
    char *of; /* the result's name; NULL: not known yet */
    size_t count;
    struct confirm_row *rows;
};

void confirmation_free(struct confirmation *confirmation);

/* "channel_receive leak, bytes a request", or the benchmark's name. The caller frees it; NULL: no memory. */
char *confirm_row_name(const struct confirm_row *row);

/* Of a pair alone, or of all: NULL. */
struct confirm_counts {
    size_t rows, met, close, missed, open; /* open: neither met nor missed */
};
struct confirm_counts confirm_counts(const struct confirmation *confirmation, const char *pair);

/* Whether anything was met, or close, and nothing missed. */
bool confirm_holds(const struct confirm_counts *counts);

/* "4 of 6 figures met, 1 within 3 %, 1 missed". Returns text. */
enum { CONFIRM_COUNTS = 128 };
const char *confirm_counts_text(char text[CONFIRM_COUNTS], const struct confirm_counts *counts);

/* NULL: no memory. */
json_t *confirmation_json(const struct confirmation *confirmation);

/* Nothing of it is trusted. NULL: the taker says why. The caller frees it by confirmation_free(). */
struct confirmation *confirmation_of_json(const json_t *json, struct taker *taker);
