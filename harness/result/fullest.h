/* Which of several results of a pair is the one to show and to cite. */
#pragma once

#include "result/summary.h"

/* Whether a newer measurement of the same pair takes the place of an older one: not where it has fewer runs
 * or fewer requests of either half. Where both were asked for the same load, what came of it may differ. */
bool fullest_displaces(const struct measured_pair *newer, const struct measured_pair *older);

/* Likewise of reports of benchmarks: not where it has fewer of them, or fewer runs of each. */
bool fullest_report_displaces(const struct benchmarks *newer, const struct benchmarks *older);

/* Sorts summaries from the newest to the oldest, by when they were begun; their names have the day alone. */
void fullest_sort(struct summary **summaries, size_t count);

/* What was measured to confirm another result takes nobody's place. Among summaries from the newest to the oldest, the pair of this id by the newest that no older one is
 * fuller than; and in *from which summary has it. NULL where none has anything of it. */
const struct measured_pair *fullest_of(struct summary *const *newest_first, size_t count,
                                       const char *id, const struct summary **from);
