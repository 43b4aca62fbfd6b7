/* The census as JSON. Private to census/. */
#pragma once

#include "census/listing_groups.h"
#include <stdio.h>

/* 0, or -1 with errno where memory is short. */
int listing_json(const struct groups *groups, FILE *out);
