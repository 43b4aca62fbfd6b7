/* A logarithmic scale: a tick at each power of ten, or at each second one where there are many. */
#pragma once

#include <stdio.h>

/* Writes gnuplot's `set NAME (..)` for the scale from least to greatest, both above 0. */
void decades_write(FILE *out, const char *name, double least, double greatest,
                   const char *(*label)(char *text, double value));

/* Labels of a decade, into text[FIGURE]: "10 ns", "1 ms"; and "10", "100k". */
const char *decades_time(char *text, double value);
const char *decades_count(char *text, double value);
