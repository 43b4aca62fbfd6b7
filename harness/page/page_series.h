/* The same leak under the same load, where something is done about it: what is proven made to end, or who is parked
 * for long asleep. Beside the plain figures of the same result, whichever result the pair's page is of. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

/* "recovered: every task made to end that can never wake"; the time after which tasks hibernate is told. */
enum { SERIES_TEXT = 128 };
const char *series_text(char text[SERIES_TEXT], const struct measured_pair *series);

/* Sections of a pair's page. Nothing where no result has it. */
void page_series(FILE *out, const struct edition *edition, const char *id);
void markdown_series(FILE *out, const struct edition *edition, const char *id);
