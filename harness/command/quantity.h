/* Numbers as people type them: strictly, or not at all. Each returns false where the text is not
 * wholly such a number, zero, negative, or too large. What it must be is in the words beside it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define COUNT_MOST       UINT64_C(1000000000)
#define QUANTITY_COUNT   "must be a whole number from 1 to 1000000000"
#define QUANTITY_SEED    "must be a whole number from 0 to 9223372036854775807"
#define QUANTITY_RATE    "must be like 1000, 1000/s, 60/min or 5/h, at most 10000000 a second, or max"
#define QUANTITY_TIME    "must be like 10s, 500ms, 1.5min or 2h, from 1us to 1000h"
#define QUANTITY_SAMPLES "must be a number from 0 (only at the ends of phases) to 1000"
#define QUANTITY_SIZE    "must be like 65536, 64K, 1M or 1G (of 1024)"

bool quantity_count(const char *text, uint64_t *count);
bool quantity_seed(const char *text, uint64_t *seed);

/* Looks per second, 0 allowed. */
bool quantity_samples(const char *text, double *per_second);

/* Requests per second; 0 for max. */
bool quantity_rate(const char *text, double *per_second);

/* Nanoseconds. */
bool quantity_time(const char *text, int64_t *nanoseconds);

/* Bytes. */
bool quantity_size(const char *text, uint64_t *bytes);
