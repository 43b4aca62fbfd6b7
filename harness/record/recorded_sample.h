/* One look at a case, read back. What is wrong is said to the taker. */
#pragma once

#include "probe/outcome.h"
#include "record/take.h"

struct sample recorded_sample(struct taker *taker, const json_t *line);

/* Counts, and the heap by the member of that name. */
struct counts recorded_counts(struct taker *taker, const json_t *object, const char *heap);
