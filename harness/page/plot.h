/* The figures of a pair, leak, fix and where it was measured the leak that recovers, overlaid: one of what grows, one of the resident set, both over
 * the requests so far and with what settle left of them. */
#pragma once

#include "page/draw.h"
#include "result/summary.h"

/* What it shows (recovered: summary_recovered(), or NULL), in words: for readers who can not see it. The caller frees it. */
char *plot_words(const struct measured_pair *pair, const struct measured_pair *recovered,
                 enum plot plot);

/* Whether there is something to draw of the pair: a run of either half. */
bool plot_is_drawn(const struct measured_pair *pair);

/* All figures of a record, two of each pair that is drawn, in its order, as draw() leaves them; the caller
 * frees them by draw_free(). NULL: *why. */
struct figure *plot_all(const struct recorded *recorded, const struct summary *summary,
                        size_t *count, char *why, size_t size);
