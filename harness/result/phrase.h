/* Figures of a summary in words, the same in tables, pages and citations. */
#pragma once

#include "result/summary.h"

enum { PHRASE = 96, PHRASE_LONG = 256 };

/* A number to the last place that its interval lets hold, thousands set apart: "4,194.2", "2,100" of 2,093 within 80. */
const char *phrase_number(char text[PHRASE], double value, const struct estimate *of);

/* "4,194.1 to 4,194.3", to the same place, outwards; or "" where there is no interval. */
const char *phrase_interval(char text[PHRASE], const struct estimate *estimate);

/* As figure_bytes(), or "-" where it is not known. */
const char *phrase_bytes(char text[PHRASE], double bytes);

/* Over requests, with three decimals: "1.000"; with "about " before it where the runs differ. */
const char *phrase_per_request(char text[PHRASE], const struct measured *measured, size_t figure);

/* "100,000 requests at 10,000/s"; where the halves differ, of each. */
const char *phrase_load(char text[PHRASE], const struct measured_pair *pair);

/* The same with how many runs, and what else a reader has to know beside the figures: "100,000 requests at
 * 10,000/s, 5 runs, with 256.0 MiB". */
const char *phrase_measured(char text[PHRASE_LONG], const struct measured_pair *pair);

/* The other settings: "stacks of 64.0 KiB, clients wait 50 ms, 10 samples a second". */
const char *phrase_settings(char text[PHRASE_LONG], const struct measured_pair *pair);

/* What the interval of a figure of so many runs covers: "range over 5 repetitions of one invocation". */
const char *phrase_basis(char text[PHRASE], const struct estimate *of, size_t runs);

/* What came once, beside the bytes a request: "44.0 KiB once", "" where that is below a page; of a result of before
 * "with what came once": it is in the bytes. */
const char *phrase_once(char text[PHRASE], const struct measured *measured);

/* A quantile of times with its interval: "12 us (11 us to 14 us)", "never", "-". */
const char *phrase_time(char text[PHRASE], const struct estimate *of);
