/* On a pair's page, which line made what is left after settle: handles, requests, descriptors, threads, contexts. */
#pragma once

#include "result/summary.h"
#include <stdio.h>

/* "timer handle, stopped": what it says comes from a record, so it is to be escaped. */
enum { MADE_WORDS = 96 };
const char *made_words(char text[MADE_WORDS], const struct made_place *made);

/* Nothing where nothing of that is known. */
void page_made(FILE *out, const struct measured_pair *pair);
void markdown_made(FILE *out, const struct measured_pair *pair);
