/* A pair's section on the page. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

/* The section of one pair. False where `diff` does not run. */
bool page_pair(FILE *out, const struct edition *edition, const struct edition_pair *pair);
