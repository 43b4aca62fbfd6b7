/* Repetitions that were measured in pieces, each between two looks at a yardstick (probe/yardstick.h).
 *
 * What shares a core comes and goes within milliseconds. So a repetition is many pieces of a millisecond, and counts as
 * long as its median piece of those that had the core for themselves. Where fewer than a quarter had, or than three, it is noisy.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

/* What a piece takes at least, in seconds. */
extern const double pieces_seconds;

/* How many pieces make a repetition of so many seconds, by the quickest of some runs of one piece each: 1 where that
 * took too long, or where they say nothing of a yardstick. */
int pieces_for(const json_t *runs, double seconds);

struct pieces_seen {
    size_t repetitions, shared; /* of these, those with too few free pieces */
    double least;               /* of the yardstick, nanoseconds; INFINITY: none was there */
};

/* The least that the yardstick took in these runs (yardstick_least()); INFINITY: none has one. */
double pieces_least(const json_t *runs);

/* Of google-benchmark's runs of one row, in order, `pieces` a repetition: one run a repetition, its median
 * piece (a real one, nothing is averaged), with "pieces" and how many of them were "free". A run that failed stands for its
 * repetition. least: what the yardstick takes at its best, nanoseconds, as other processes have shown. Without a yardstick all are free. NULL: no
 * memory. The caller's. */
json_t *pieces_joined(const json_t *runs, int pieces, double least, struct pieces_seen *seen);
