/* Under which conditions benchmarks ran. */
#pragma once

#include "record/take.h"

/* A report's context in the words of a record's header, so that all that tells of the one tells of
 * the other. NULL where it is none: the taker says why. */
json_t *bench_about(const json_t *context, struct taker *taker);
