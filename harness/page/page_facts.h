/* A pair's figures on the page. */
#pragma once

#include "result/summary.h"
#include <stdio.h>

/* The figures in a table, and every repetition. */
void page_facts(FILE *out, const struct measured_pair *pair);

/* A card with where the leak's growth sits; nothing where none is to be told of. */
void page_attribution(FILE *out, const struct measured_pair *pair);
