/* Whether a figure may be judged by: how noisy the machine was over the runs of a variant. The bounds are those
 * of probe/noise.h. */
#pragma once

#include "probe/noise.h"
#include "result/summary.h"

/* How many of its runs are flagged. */
size_t noisy_runs(const struct measured *measured);

/* Whether it is flagged: any of its runs is. Then nothing is better or worse by it. */
bool is_noisy(const struct measured *measured);

/* The noisiest of its runs in each respect; all NAN where nothing was recorded. */
struct noise noise_of(const struct measured *measured);

/* "noisy: in 2 of 5 runs others kept 43 % of the processors busy"; "noise was not recorded" of results of
 * before; "" where it was quiet. Returns text. */
enum { NOISY_WORDS = NOISE_WORDS + 40 };
const char *noisy_words(char text[NOISY_WORDS], const struct measured *measured);
