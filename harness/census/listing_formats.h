/* The census for programs: one writer a form. Private to census/. Each returns 0, or -1 with errno where memory is short. */
#pragma once

#include "census/listing_groups.h"
#include <stdio.h>

int listing_words(const struct groups *groups, FILE *out);
int listing_json(const struct groups *groups, FILE *out);
int listing_folded(const struct groups *groups, FILE *out);
int listing_svg(const struct groups *groups, FILE *out);
int listing_pprof(const struct groups *groups, FILE *out);
