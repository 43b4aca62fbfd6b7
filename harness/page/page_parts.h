/* The parts of the page. Private to page*.c. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

/* The section of one pair. False where `diff` does not run. */
bool page_pair(FILE *out, const struct edition *edition, const struct edition_pair *pair);

/* Both sources side by side, without the comment that opens each. False likewise. */
bool page_code(FILE *out, const struct measured_pair *pair);

/* The figures in a table, and every repetition. */
void page_facts(FILE *out, const struct measured_pair *pair);

/* A card with where the leak's growth sits; nothing where none is to be told of. */
void page_attribution(FILE *out, const struct measured_pair *pair);

/* What operations cost, and the same in Go; nothing where there are no benchmarks. */
void page_benchmarks(FILE *out, const struct edition *edition);

/* An element with text in it: <name>text</name>; name may bring attributes. */
void page_element(FILE *out, const char *name, const char *text);
