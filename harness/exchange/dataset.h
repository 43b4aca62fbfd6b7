/* schema.org's Dataset, as a <script> of JSON-LD in a page: what search engines for data read. */
#pragma once

#include "result/summary.h"
#include <stdio.h>

/* Of a pair in a saved result, for its page in results/pairs/. */
void dataset_of_pair(FILE *out, const struct summary *summary, const struct measured_pair *pair);

/* A catalog of all saved results, for the page beside them. */
void dataset_catalog(FILE *out, struct summary *const *summaries, size_t count);
