/* How the figures came about: machine, command, all results, and how to read them. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

/* The table of one result. */
void page_origin(FILE *out, const struct summary *summary);

/* The sections of the index: how to read the numbers, the results that its figures are of, all results. */
void page_origins(FILE *out, const struct edition *edition);
