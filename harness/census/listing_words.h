/* The census in words. Private to census/. */
#pragma once

#include "census/listing_groups.h"
#include <stdio.h>

/* 0. */
int listing_words(const struct groups *groups, FILE *out);
