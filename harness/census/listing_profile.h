/* The census as stacks, for flame graphs and pprof. Private to census/. */
#pragma once

#include "census/listing_groups.h"
#include <stdio.h>

/* Each returns 0, or -1 with errno where memory is short. */
int listing_folded(const struct groups *groups, FILE *out);
int listing_svg(const struct groups *groups, FILE *out);
int listing_pprof(const struct groups *groups, FILE *out);
